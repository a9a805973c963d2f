/**
 * Element types, shapes and tensors in host memory.
 *
 * <p>A tensor has at most 2^31 - 1 elements, so indices are {@code int}: the loops of the backends
 * stay simple and fast, and no network of the zoo comes near the limit.
 */
package dev.merapi.core.tensor;
