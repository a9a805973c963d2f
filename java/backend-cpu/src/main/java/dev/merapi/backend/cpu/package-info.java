/**
 * Runs programs on the processor at native speed: convolutions and matrix products by oneDNN, all
 * else by loops over tiles that stay in cache.
 *
 * <p>Elementwise regions, softmax and dropout are loops in C++ ({@link NativeLoops}, {@code
 * src/main/cpp}) where a compiler was there to build them: Java's compiler vectorizes no loop over
 * native memory, and these run on OpenMP's threads, which oneDNN has anyway. Without a compiler,
 * loops in Java copy each tile in and out and compute the same within rounding. What was measured
 * is in {@code tests/bench/THREADS.md}.
 *
 * <p>Attention whose scores are many runs some heads at a time, so that no others' scores are in
 * memory ({@link AttentionKernel}); where they are few, or there are no native loops, the compiler
 * takes it apart into products and a softmax.
 *
 * <p>Images lie as N H W C along whole chains ({@link PreferChannelsLast}). Filters lie as O I H W
 * and are reordered for each convolution that reads them ({@link FilterReorder}): the forward
 * convolution, the gradient of its input and that of its filters each want another layout, so that
 * filters which stay in one of the three save one reorder of three, some 1 % of a training step.
 * {@code tests/bench/run kernels} says what the others cost.
 *
 * <p>Tensors lie in native memory, one allocation for each {@link dev.merapi.core.backend.Memory}.
 * Primitives and scratch memory are made when a program is prepared and bound; a launch makes
 * nothing, neither Java objects nor native ones.
 */
package dev.merapi.backend.cpu;
