/**
 * Runs programs on the processor at native speed: convolutions and matrix products by oneDNN, all
 * else by loops over tiles that stay in cache.
 *
 * <p>Tensors lie in native memory, one allocation for each {@link dev.merapi.core.backend.Memory}.
 * Primitives and scratch memory are made when a program is prepared and bound; a launch makes
 * nothing, neither Java objects nor native ones.
 */
package dev.merapi.backend.cpu;
