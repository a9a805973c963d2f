/** Optimizers: how gradients change parameters, as graph nodes of the training program. */
package dev.merapi.train.optimizer;
