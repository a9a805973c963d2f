package dev.merapi.train;

import dev.merapi.core.tensor.DType;

/** In which numbers a model is computed. */
public enum Precision {
  /** 32 bits. */
  F32(DType.F32),
  /**
   * Tensors of 32 bits whose matrix products, convolutions and recurrent networks may round their
   * factors to TF32, which has 10 bits of mantissa instead of 23 (sums keep 32 bits); only the
   * tensor cores of NVIDIA's GPUs from sm_80 on do, elsewhere it is the same as {@link #F32}.
   */
  TF32(DType.F32),
  /** 64 bits, on the reference backend. */
  F64(DType.F64);

  private final DType dtype;

  Precision(DType dtype) {
    this.dtype = dtype;
  }

  /** The type of parameters, activations and gradients. */
  public DType dtype() {
    return dtype;
  }
}
