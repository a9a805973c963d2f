/** Losses: what training makes small. */
package dev.merapi.nn.loss;
