package dev.merapi.conformance;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Layer;

/**
 * A layer with certain options, and an input that its gradients can be checked at.
 *
 * @param sampler the input's elements, away from kinks
 * @param type the input's type; F32 stands for the element type that a check runs in
 */
record LayerSample(Layer layer, Sampler sampler, TensorType type) {
  /** On normal numbers. */
  static LayerSample of(Layer layer, int... dims) {
    return of(layer, Sampler.normal(), dims);
  }

  static LayerSample of(Layer layer, Sampler sampler, int... dims) {
    return new LayerSample(layer, sampler, new TensorType(DType.F32, Shape.of(dims)));
  }

  /** On whole numbers below a bound. */
  static LayerSample ofIndices(Layer layer, int bound, int... dims) {
    TensorType type = new TensorType(DType.I32, Shape.of(dims));
    return new LayerSample(layer, Sampler.integers(0, bound), type);
  }

  TensorType type(DType dtype) {
    return type.dtype() == DType.F32 ? type.withDType(dtype) : type;
  }

  @Override
  public String toString() {
    return layer + " on " + type.shape();
  }
}
