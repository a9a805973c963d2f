package dev.merapi.backend.reference;

import dev.merapi.core.op.normalization.LocalResponseNorm;
import dev.merapi.core.op.normalization.LocalResponseNormGrad;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** Local response normalization and its gradient: each element sums its neighbouring channels. */
final class LocalResponseNormKernels {
  private LocalResponseNormKernels() {}

  static void register(KernelTable table) {
    table.add(LocalResponseNorm.class, LocalResponseNormKernels::forward);
    table.add(LocalResponseNormGrad.class, LocalResponseNormKernels::backward);
  }

  private static ReferenceKernel forward(
      LocalResponseNorm op, List<TensorType> inputs, List<TensorType> outputs) {
    Shape shape = inputs.get(0).shape();
    int channels = shape.dim(1);
    int plane = shape.strides()[1];
    int elements = shape.elements();
    return (in, out) -> {
      for (int i = 0; i < elements; i++) {
        int channel = i / plane % channels;
        int from = Math.max(channel - op.size() / 2, 0);
        int to = Math.min(channel + (op.size() - 1) / 2, channels - 1);
        double sum = 0;
        for (int j = i + (from - channel) * plane; j <= i + (to - channel) * plane; j += plane) {
          sum += in[0].get(j) * in[0].get(j);
        }
        double scale = op.k() + op.alpha() / op.size() * sum;
        out[0].set(i, in[0].get(i) * Math.pow(scale, -op.beta()));
        out[1].set(i, scale);
      }
    };
  }

  private static ReferenceKernel backward(
      LocalResponseNormGrad grad, List<TensorType> inputs, List<TensorType> outputs) {
    LocalResponseNorm op = grad.forward();
    Shape shape = inputs.get(1).shape();
    int channels = shape.dim(1);
    int plane = shape.strides()[1];
    int elements = shape.elements();
    double factor = 2 * op.alpha() * op.beta() / op.size();
    return (in, out) -> {
      for (int i = 0; i < elements; i++) {
        int channel = i / plane % channels;
        // The channels whose sums hold this one: the forward window the other way round.
        int from = Math.max(channel - (op.size() - 1) / 2, 0);
        int to = Math.min(channel + op.size() / 2, channels - 1);
        double sum = 0;
        for (int j = i + (from - channel) * plane; j <= i + (to - channel) * plane; j += plane) {
          sum += in[0].get(j) * in[2].get(j) / in[3].get(j);
        }
        double direct = in[0].get(i) * Math.pow(in[3].get(i), -op.beta());
        out[0].set(i, direct - factor * in[1].get(i) * sum);
      }
    };
  }
}
