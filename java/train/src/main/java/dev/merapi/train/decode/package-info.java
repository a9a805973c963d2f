/** Searching for the most probable sequence of tokens under a model, and measuring the results. */
package dev.merapi.train.decode;
