package dev.merapi.backend.cuda.cublas;

import dev.merapi.backend.cuda.runtime.HostNumber;
import dev.merapi.core.tensor.DType;
import jcuda.Pointer;
import jcuda.cudaDataType;
import jcuda.jcublas.cublasComputeType;

/**
 * How numbers are multiplied.
 *
 * @param type of the matrices
 * @param compute of the sums
 * @param one the factor of a product
 * @param zero the factor of what was in its place
 */
record GemmArithmetic(int type, int compute, Pointer one, Pointer zero) {
  private static final GemmArithmetic F32 =
      new GemmArithmetic(
          cudaDataType.CUDA_R_32F,
          cublasComputeType.CUBLAS_COMPUTE_32F,
          HostNumber.float32(1),
          HostNumber.float32(0));

  private static final GemmArithmetic TF32 =
      new GemmArithmetic(
          cudaDataType.CUDA_R_32F,
          cublasComputeType.CUBLAS_COMPUTE_32F_FAST_TF32,
          HostNumber.float32(1),
          HostNumber.float32(0));

  private static final GemmArithmetic F64 =
      new GemmArithmetic(
          cudaDataType.CUDA_R_64F,
          cublasComputeType.CUBLAS_COMPUTE_64F,
          HostNumber.float64(1),
          HostNumber.float64(0));

  static GemmArithmetic of(Gemm gemm) {
    if (gemm.dtype() == DType.F64) {
      return F64;
    }
    return gemm.tf32() ? TF32 : F32;
  }
}
