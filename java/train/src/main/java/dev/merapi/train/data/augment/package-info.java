/** Training images changed at random, anew in each epoch. */
package dev.merapi.train.data.augment;
