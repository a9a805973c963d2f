/**
 * Runs programs on an NVIDIA GPU: products on cuBLAS, convolution, pooling, normalization and
 * recurrence on cuDNN, everything else on kernels of its own, which NVRTC compiles for the device.
 *
 * <p>Only the driver's interface is used for contexts, memory, streams and modules. A program's
 * second run is recorded as a CUDA graph, and all further ones are one launch of it.
 *
 * <p>On machines without a GPU the same code runs on libraries that stand in for CUDA's: see {@link
 * dev.merapi.backend.cuda.runtime.NativeBoot#STAND_IN}.
 */
package dev.merapi.backend.cuda;
