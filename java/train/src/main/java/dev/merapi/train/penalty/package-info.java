/** Penalties on the size of parameters. */
package dev.merapi.train.penalty;
