package dev.merapi.backend.reference;

import dev.merapi.core.op.normalization.LogSoftmax;
import dev.merapi.core.op.normalization.Softmax;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropy;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropyGrad;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** Softmax, its logarithm and the loss that is made of it: line by line along an axis. */
final class SoftmaxKernels {
  private SoftmaxKernels() {}

  static void register(KernelTable table) {
    table.add(
        Softmax.class,
        (op, inputs, outputs) -> {
          Lines lines = new Lines(inputs.get(0).shape(), op.axis());
          return (in, out) -> {
            for (int line = 0; line < lines.count; line++) {
              double max = lines.max(in[0], line);
              double sum = lines.sumExp(in[0], line, max);
              for (int i = lines.start(line); i < lines.end(line); i += lines.step) {
                out[0].set(i, Math.exp(in[0].get(i) - max) / sum);
              }
            }
          };
        });
    table.add(
        LogSoftmax.class,
        (op, inputs, outputs) -> {
          Lines lines = new Lines(inputs.get(0).shape(), op.axis());
          return (in, out) -> {
            for (int line = 0; line < lines.count; line++) {
              double max = lines.max(in[0], line);
              double logSum = Math.log(lines.sumExp(in[0], line, max));
              for (int i = lines.start(line); i < lines.end(line); i += lines.step) {
                out[0].set(i, in[0].get(i) - max - logSum);
              }
            }
          };
        });
    table.add(SoftmaxCrossEntropy.class, SoftmaxKernels::softmaxCrossEntropy);
    table.add(SoftmaxCrossEntropyGrad.class, SoftmaxKernels::softmaxCrossEntropyGrad);
  }

  private static ReferenceKernel softmaxCrossEntropy(
      SoftmaxCrossEntropy op, List<TensorType> inputs, List<TensorType> outputs) {
    Lines lines = new Lines(inputs.get(0).shape(), 1);
    return (in, out) -> {
      for (int row = 0; row < lines.count; row++) {
        int start = lines.start(row);
        int label = label(in[1], row, lines.length);
        double max = lines.max(in[0], row);
        double sum = lines.sumExp(in[0], row, max);
        out[0].set(row, max - in[0].get(start + label) + Math.log(sum));
        for (int i = start; i < start + lines.length; i++) {
          out[1].set(i, Math.exp(in[0].get(i) - max) / sum);
        }
      }
    };
  }

  private static ReferenceKernel softmaxCrossEntropyGrad(
      SoftmaxCrossEntropyGrad op, List<TensorType> inputs, List<TensorType> outputs) {
    int rows = inputs.get(0).shape().dim(0);
    int classes = inputs.get(0).shape().dim(1);
    return (in, out) -> {
      for (int row = 0; row < rows; row++) {
        int label = label(in[1], row, classes);
        double grad = in[2].get(row);
        for (int c = 0; c < classes; c++) {
          double target = c == label ? 1 : 0;
          out[0].set(row * classes + c, grad * (in[0].get(row * classes + c) - target));
        }
      }
    };
  }

  private static int label(Cells labels, int row, int classes) {
    int label = (int) labels.get(row);
    if (label < 0 || label >= classes) {
      throw new IndexOutOfBoundsException(
          "label " + label + " in row " + row + " is not within the " + classes + " classes");
    }
    return label;
  }

  /** The lines of a tensor along one axis. */
  private static final class Lines {
    final int count;
    final int length;
    final int step;

    Lines(Shape shape, int axis) {
      length = shape.dim(axis);
      step = shape.strides()[axis];
      count = shape.elements() / Math.max(1, length);
    }

    int start(int line) {
      return line / step * step * length + line % step;
    }

    int end(int line) {
      return start(line) + length * step;
    }

    double max(Cells x, int line) {
      double max = Double.NEGATIVE_INFINITY;
      for (int i = start(line); i < end(line); i += step) {
        max = Math.max(max, x.get(i));
      }
      return max;
    }

    /** The sum of exp(x - max), which can not overflow. */
    double sumExp(Cells x, int line, double max) {
      double sum = 0;
      for (int i = start(line); i < end(line); i += step) {
        sum += Math.exp(x.get(i) - max);
      }
      return sum;
    }
  }
}
