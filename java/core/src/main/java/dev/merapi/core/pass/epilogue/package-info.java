/**
 * Convolutions and matrix products together with what follows them, and the gradients of a weight
 * together with that of its bias: ops that only these passes make, for targets that say that they
 * have kernels for them.
 */
package dev.merapi.core.pass.epilogue;
