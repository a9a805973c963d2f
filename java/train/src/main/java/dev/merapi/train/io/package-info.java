/** Files that a training writes and reads: weights, metrics, the output folder, downloads. */
package dev.merapi.train.io;
