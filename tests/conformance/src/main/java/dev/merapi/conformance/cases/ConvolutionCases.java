package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.op.window.Conv2dGradInput;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.op.window.WindowAxis;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Convolution and its two gradients, as textbook sums. */
public final class ConvolutionCases {
  private ConvolutionCases() {}

  /**
   * One geometry.
   *
   * @param x N, C, H, W
   * @param outChannels of the filters
   */
  private record Geometry(String name, int[] x, int outChannels, Window2d window, int groups) {
    int[] weight() {
      return new int[] {outChannels, x[1] / groups, window.h().kernel(), window.w().kernel()};
    }

    int[] y() {
      return new int[] {x[0], outChannels, size(x[2], window.h()), size(x[3], window.w())};
    }

    /** Counts the places where the window fits. */
    private static int size(int input, WindowAxis axis) {
      int count = 0;
      int last = axis.dilation() * (axis.kernel() - 1);
      for (int at = -axis.padding(); at + last < input + axis.padding(); at += axis.stride()) {
        count++;
      }
      return count;
    }
  }

  private static List<Geometry> geometries() {
    return List.of(
        new Geometry("3x3", ints(2, 3, 6, 5), 4, Window2d.of(3, 3), 1),
        new Geometry("3x3 pad 1", ints(2, 3, 5, 13), 4, Window2d.square(3, 1, 1), 1),
        new Geometry("5x5 pad 2", ints(1, 1, 7, 7), 6, Window2d.square(5, 1, 2), 1),
        new Geometry("1x1", ints(3, 5, 4, 3), 7, Window2d.of(1, 1), 1),
        new Geometry("as large as the input", ints(2, 2, 3, 4), 5, Window2d.of(3, 4), 1),
        new Geometry(
            "stride 2, a column left over", ints(2, 2, 7, 8), 3, Window2d.square(3, 2, 1), 1),
        new Geometry("stride above kernel", ints(1, 2, 9, 8), 3, Window2d.square(2, 3, 0), 1),
        new Geometry("11x11 stride 4 pad 2", ints(1, 3, 19, 23), 2, Window2d.square(11, 4, 2), 1),
        new Geometry("padding above kernel", ints(1, 2, 3, 4), 2, Window2d.square(2, 1, 3), 1),
        new Geometry(
            "oblong, dilated",
            ints(2, 2, 9, 7),
            3,
            Window2d.of(3, 2).stride(2, 1).padding(1, 2).dilation(2, 3),
            1),
        new Geometry("2 groups", ints(2, 4, 5, 5), 6, Window2d.square(3, 1, 1), 2),
        new Geometry("depthwise", ints(2, 3, 6, 5), 6, Window2d.square(3, 2, 1), 3),
        new Geometry("207 channels", ints(1, 207, 3, 3), 2, Window2d.of(2, 2), 1),
        new Geometry(
            "one channel, one column",
            ints(2, 1, 6, 3),
            2,
            Window2d.of(3, 4).stride(1, 2).padding(1, 1),
            1),
        new Geometry("1x1 stride 2", ints(3, 8, 14, 14), 16, Window2d.square(1, 2, 0), 1),
        new Geometry(
            "columns of padding alone",
            ints(1, 1, 10, 1),
            33,
            Window2d.of(2, 1).stride(2, 2).padding(0, 1),
            1),
        new Geometry("no images", ints(0, 2, 4, 4), 3, Window2d.of(3, 3), 1));
  }

  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (Geometry g : geometries()) {
      Conv2d op = new Conv2d(g.window(), g.groups());
      int[] w = g.weight();
      cases.add(
          OpCase.of(op)
              .input(Sampler.normal(), g.x())
              .input(Sampler.normal(), w)
              .tolerance(Tolerance.sumOf(w[1] * w[2] * w[3]))
              .twiceDifferentiable()
              .expect(g.name(), in -> forward(g, in.get(0), in.get(1))));
      cases.add(
          OpCase.of(new Conv2dGradInput(op, g.x()[2], g.x()[3]))
              .input(Sampler.normal(), g.y())
              .input(Sampler.normal(), w)
              .tolerance(Tolerance.sumOf(w[0] * w[2] * w[3]))
              .twiceDifferentiable()
              .expect(g.name(), in -> gradInput(g, in.get(0), in.get(1))));
      cases.add(
          OpCase.of(new Conv2dGradFilter(op))
              .input(Sampler.normal(), g.x())
              .input(Sampler.normal(), g.y())
              .tolerance(Tolerance.sumOf(g.y()[0] * g.y()[2] * g.y()[3]))
              .twiceDifferentiable()
              .expect(g.name(), in -> gradFilter(g, in.get(0), in.get(1))));
    }
    return cases;
  }

  private static int[] ints(int... values) {
    return values;
  }

  /** The input with a rim of zeros. */
  private static NdArray padded(Geometry g, NdArray x) {
    int padH = g.window().h().padding();
    int padW = g.window().w().padding();
    int[] d = g.x();
    return NdArray.generate(
        Shape.of(d[0], d[1], d[2] + 2 * padH, d[3] + 2 * padW),
        i -> x.atOr(0, i[0], i[1], i[2] - padH, i[3] - padW));
  }

  private static NdArray forward(Geometry g, NdArray x, NdArray weight) {
    NdArray padded = padded(g, x);
    WindowAxis h = g.window().h();
    WindowAxis w = g.window().w();
    int inGroup = g.weight()[1];
    int outGroup = g.outChannels() / g.groups();
    return NdArray.generate(
        Shape.of(g.y()),
        i -> {
          double sum = 0;
          for (int c = 0; c < inGroup; c++) {
            int channel = i[1] / outGroup * inGroup + c;
            for (int p = 0; p < h.kernel(); p++) {
              for (int q = 0; q < w.kernel(); q++) {
                int row = i[2] * h.stride() + p * h.dilation();
                int column = i[3] * w.stride() + q * w.dilation();
                sum += padded.at(i[0], channel, row, column) * weight.at(i[1], c, p, q);
              }
            }
          }
          return sum;
        });
  }

  /** For each input element the sum over those windows that read it. */
  private static NdArray gradInput(Geometry g, NdArray gradOutput, NdArray weight) {
    WindowAxis h = g.window().h();
    WindowAxis w = g.window().w();
    int inGroup = g.weight()[1];
    int outGroup = g.outChannels() / g.groups();
    return NdArray.generate(
        Shape.of(g.x()),
        i -> {
          double sum = 0;
          int group = i[1] / inGroup;
          for (int o = group * outGroup; o < (group + 1) * outGroup; o++) {
            for (int p = 0; p < h.kernel(); p++) {
              for (int q = 0; q < w.kernel(); q++) {
                int row = window(h, i[2], p);
                int column = window(w, i[3], q);
                double grad = gradOutput.atOr(0, i[0], o, row, column);
                sum += grad * weight.at(o, i[1] % inGroup, p, q);
              }
            }
          }
          return sum;
        });
  }

  /** The window whose given element reads the input at this place; -1 when there is none. */
  private static int window(WindowAxis axis, int input, int element) {
    int start = input + axis.padding() - element * axis.dilation();
    return start >= 0 && start % axis.stride() == 0 ? start / axis.stride() : -1;
  }

  private static NdArray gradFilter(Geometry g, NdArray x, NdArray gradOutput) {
    NdArray padded = padded(g, x);
    WindowAxis h = g.window().h();
    WindowAxis w = g.window().w();
    int inGroup = g.weight()[1];
    int outGroup = g.outChannels() / g.groups();
    int[] y = g.y();
    return NdArray.generate(
        Shape.of(g.weight()),
        i -> {
          double sum = 0;
          int channel = i[0] / outGroup * inGroup + i[1];
          for (int n = 0; n < y[0]; n++) {
            for (int row = 0; row < y[2]; row++) {
              for (int column = 0; column < y[3]; column++) {
                int atRow = row * h.stride() + i[2] * h.dilation();
                int atColumn = column * w.stride() + i[3] * w.dilation();
                sum += padded.at(n, channel, atRow, atColumn) * gradOutput.at(n, i[0], row, column);
              }
            }
          }
          return sum;
        });
  }
}
