package dev.merapi.backend.reference;

import dev.merapi.core.op.window.AvgPool2d;
import dev.merapi.core.op.window.AvgPool2dGrad;
import dev.merapi.core.op.window.MaxPool2d;
import dev.merapi.core.op.window.MaxPool2dGrad;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/** Pooling and its gradients: window by window, over the part of it that is not padding. */
final class PoolingKernels {
  private PoolingKernels() {}

  static void register(KernelTable table) {
    table.add(MaxPool2d.class, PoolingKernels::maxPool2d);
    table.add(MaxPool2dGrad.class, PoolingKernels::maxPool2dGrad);
    table.add(AvgPool2d.class, PoolingKernels::avgPool2d);
    table.add(AvgPool2dGrad.class, PoolingKernels::avgPool2dGrad);
  }

  /** For each window of an H W plane, the part of it that lies in the plane. */
  private static final class Windows {
    final int planes;
    final int planeSize;
    final int width;
    final int[] start;
    final int[] rows;
    final int[] columns;

    Windows(Window2d window, Shape input, Shape output) {
      planes = input.dim(0) * input.dim(1);
      width = input.dim(3);
      planeSize = input.dim(2) * width;
      int outputW = output.dim(3);
      start = new int[output.dim(2) * outputW];
      rows = new int[start.length];
      columns = new int[start.length];
      for (int i = 0; i < start.length; i++) {
        int h = i / outputW;
        int w = i % outputW;
        int top = window.h().firstInside(h);
        int left = window.w().firstInside(w);
        rows[i] = window.h().endInside(h, input.dim(2)) - top;
        columns[i] = window.w().endInside(w, width) - left;
        start[i] = window.h().position(h, top) * width + window.w().position(w, left);
      }
    }

    int count() {
      return start.length;
    }

    /** Where the first largest element of a window of a plane lies. */
    int argMax(Cells x, int plane, int window) {
      int first = plane * planeSize + start[window];
      int best = first;
      double largest = x.get(first);
      for (int p = 0; p < rows[window]; p++) {
        for (int q = 0; q < columns[window]; q++) {
          double value = x.get(first + p * width + q);
          if (value > largest) {
            largest = value;
            best = first + p * width + q;
          }
        }
      }
      return best;
    }

    double sum(Cells x, int plane, int window) {
      int first = plane * planeSize + start[window];
      double sum = 0;
      for (int p = 0; p < rows[window]; p++) {
        for (int q = 0; q < columns[window]; q++) {
          sum += x.get(first + p * width + q);
        }
      }
      return sum;
    }

    void addToAll(double[] x, int plane, int window, double value) {
      int first = plane * planeSize + start[window];
      for (int p = 0; p < rows[window]; p++) {
        for (int q = 0; q < columns[window]; q++) {
          x[first + p * width + q] += value;
        }
      }
    }
  }

  private static ReferenceKernel maxPool2d(
      MaxPool2d op, List<TensorType> inputs, List<TensorType> outputs) {
    Windows windows = new Windows(op.window(), inputs.get(0).shape(), outputs.get(0).shape());
    return (in, out) -> {
      for (int plane = 0; plane < windows.planes; plane++) {
        for (int i = 0; i < windows.count(); i++) {
          double largest = in[0].get(windows.argMax(in[0], plane, i));
          out[0].set(plane * windows.count() + i, largest);
        }
      }
    };
  }

  private static ReferenceKernel maxPool2dGrad(
      MaxPool2dGrad op, List<TensorType> inputs, List<TensorType> outputs) {
    Windows windows = new Windows(op.window(), outputs.get(0).shape(), inputs.get(2).shape());
    double[] gradInput = new double[outputs.get(0).shape().elements()];
    return (in, out) -> {
      Arrays.fill(gradInput, 0);
      for (int plane = 0; plane < windows.planes; plane++) {
        for (int i = 0; i < windows.count(); i++) {
          double grad = in[2].get(plane * windows.count() + i);
          gradInput[windows.argMax(in[0], plane, i)] += grad;
        }
      }
      store(gradInput, out[0]);
    };
  }

  private static ReferenceKernel avgPool2d(
      AvgPool2d op, List<TensorType> inputs, List<TensorType> outputs) {
    Windows windows = new Windows(op.window(), inputs.get(0).shape(), outputs.get(0).shape());
    int divisor = op.window().h().kernel() * op.window().w().kernel();
    return (in, out) -> {
      for (int plane = 0; plane < windows.planes; plane++) {
        for (int i = 0; i < windows.count(); i++) {
          out[0].set(plane * windows.count() + i, windows.sum(in[0], plane, i) / divisor);
        }
      }
    };
  }

  private static ReferenceKernel avgPool2dGrad(
      AvgPool2dGrad op, List<TensorType> inputs, List<TensorType> outputs) {
    Windows windows = new Windows(op.window(), outputs.get(0).shape(), inputs.get(0).shape());
    int divisor = op.window().h().kernel() * op.window().w().kernel();
    double[] gradInput = new double[outputs.get(0).shape().elements()];
    return (in, out) -> {
      Arrays.fill(gradInput, 0);
      for (int plane = 0; plane < windows.planes; plane++) {
        for (int i = 0; i < windows.count(); i++) {
          double share = in[0].get(plane * windows.count() + i) / divisor;
          windows.addToAll(gradInput, plane, i, share);
        }
      }
      store(gradInput, out[0]);
    };
  }

  private static void store(double[] values, Cells cells) {
    for (int i = 0; i < values.length; i++) {
      cells.set(i, values[i]);
    }
  }
}
