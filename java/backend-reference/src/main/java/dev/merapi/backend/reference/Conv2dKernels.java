package dev.merapi.backend.reference;

import dev.merapi.backend.reference.Patches.Row;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.op.window.Conv2dGradInput;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * Convolution and its two gradients. Image by image, group by group and some output rows at a time,
 * the windows are written out as {@link Patches} and multiplied as matrices.
 */
final class Conv2dKernels {
  private Conv2dKernels() {}

  static void register(KernelTable table) {
    table.add(Conv2d.class, Conv2dKernels::conv2d);
    table.add(Conv2dGradInput.class, Conv2dKernels::conv2dGradInput);
    table.add(Conv2dGradFilter.class, Conv2dKernels::conv2dGradFilter);
  }

  private static ReferenceKernel conv2d(
      Conv2d op, List<TensorType> inputs, List<TensorType> outputs) {
    Shape output = outputs.get(0).shape();
    Patches patches = new Patches(op, inputs.get(0).shape(), output, Row.ELEMENT);
    int channels = output.dim(1) / op.groups();
    int plane = output.dim(2) * output.dim(3);
    int elements = patches.windowElements();
    double[][] weight = new double[output.dim(1)][elements];
    double[][] sums = new double[channels][patches.maxWindows()];
    MatrixProduct product = new MatrixProduct(sums, weight, false, patches.rows());
    return (in, out) -> {
      load(in[1], 0, elements, weight, elements);
      for (int n = 0; n < output.dim(0); n++) {
        patches.load(in[0], n);
        for (int channel = 0; channel < output.dim(1); channel += channels) {
          int start = (n * output.dim(1) + channel) * plane;
          for (int part = 0; part < patches.parts(); part++) {
            patches.gather(channel / channels, part);
            product.clear();
            product.add(channel, elements, patches.windows(part));
            store(sums, out[0], start + patches.start(part), plane, patches.windows(part));
          }
        }
      }
    };
  }

  private static ReferenceKernel conv2dGradInput(
      Conv2dGradInput op, List<TensorType> inputs, List<TensorType> outputs) {
    Shape output = inputs.get(0).shape();
    Patches patches = new Patches(op.convolution(), outputs.get(0).shape(), output, Row.ELEMENT);
    int channels = output.dim(1) / op.convolution().groups();
    int plane = output.dim(2) * output.dim(3);
    int elements = patches.windowElements();
    double[][] weight = new double[output.dim(1)][elements];
    double[][] grads = new double[channels][patches.maxWindows()];
    MatrixProduct product = new MatrixProduct(patches.rows(), weight, true, grads);
    return (in, out) -> {
      load(in[1], 0, elements, weight, elements);
      for (int n = 0; n < output.dim(0); n++) {
        patches.clear();
        for (int channel = 0; channel < output.dim(1); channel += channels) {
          int start = (n * output.dim(1) + channel) * plane;
          for (int part = 0; part < patches.parts(); part++) {
            load(in[0], start + patches.start(part), plane, grads, patches.windows(part));
            product.clear();
            product.add(channel, channels, patches.windows(part));
            patches.scatter(channel / channels, part);
          }
        }
        patches.store(out[0], n);
      }
    };
  }

  private static ReferenceKernel conv2dGradFilter(
      Conv2dGradFilter op, List<TensorType> inputs, List<TensorType> outputs) {
    Shape output = inputs.get(1).shape();
    Patches patches = new Patches(op.convolution(), inputs.get(0).shape(), output, Row.WINDOW);
    int groups = op.convolution().groups();
    int channels = output.dim(1) / groups;
    int plane = output.dim(2) * output.dim(3);
    int elements = patches.windowElements();
    double[][] grads = new double[channels][patches.maxWindows()];
    double[][][] filters = new double[groups][channels][elements];
    MatrixProduct[] products = new MatrixProduct[groups];
    for (int group = 0; group < groups; group++) {
      products[group] = new MatrixProduct(filters[group], grads, false, patches.rows());
    }
    return (in, out) -> {
      for (MatrixProduct product : products) {
        product.clear();
      }
      for (int n = 0; n < output.dim(0); n++) {
        patches.load(in[0], n);
        for (int group = 0; group < groups; group++) {
          int start = (n * groups + group) * channels * plane;
          for (int part = 0; part < patches.parts(); part++) {
            load(in[1], start + patches.start(part), plane, grads, patches.windows(part));
            patches.gather(group, part);
            products[group].add(0, patches.windows(part), elements);
          }
        }
      }
      for (int group = 0; group < groups; group++) {
        store(filters[group], out[0], group * channels * elements, elements, elements);
      }
    };
  }

  /** Reads rows of {@code count} elements that lie {@code step} elements apart. */
  private static void load(Cells cells, int start, int step, double[][] rows, int count) {
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < count; j++) {
        rows[i][j] = cells.get(start + i * step + j);
      }
    }
  }

  /** Writes rows of {@code count} elements that lie {@code step} elements apart. */
  private static void store(double[][] rows, Cells cells, int start, int step, int count) {
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < count; j++) {
        cells.set(start + i * step + j, rows[i][j]);
      }
    }
  }
}
