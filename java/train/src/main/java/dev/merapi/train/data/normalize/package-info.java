/** What brings inputs to a common scale, fitted to training data and kept with the weights. */
package dev.merapi.train.data.normalize;
