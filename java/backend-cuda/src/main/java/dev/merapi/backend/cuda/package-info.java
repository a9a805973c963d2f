/**
 * Runs programs on an NVIDIA GPU: products on cuBLAS, with what follows them on cuBLASLt, by a
 * native library of ours; convolution, pooling, normalization and recurrence on cuDNN; everything
 * else on kernels of its own, which NVRTC compiles for the device.
 *
 * <p>Only the driver's interface is used for contexts, memory, streams and modules. A program's
 * second run is recorded as a CUDA graph, and all further ones are one launch of it.
 *
 * <p>Products are computed in F32, and two runs give the same bits, unless a program may do
 * otherwise ({@link dev.merapi.core.backend.Numerics}): with {@code precision: tf32} cuBLAS and
 * cuDNN may round the factors of matrix products, convolutions and recurrent networks to TF32,
 * whose mantissa has 10 bits, so that results agree with those of other devices to about three
 * digits; with {@code deterministic: false} cuDNN may choose algorithms of convolution that sum in
 * another order each time.
 *
 * <p>On machines without a GPU the same code runs on libraries that stand in for CUDA's: see {@link
 * dev.merapi.backend.cuda.runtime.NativeBoot#STAND_IN}.
 */
package dev.merapi.backend.cuda;
