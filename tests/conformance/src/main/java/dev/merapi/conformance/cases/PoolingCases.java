package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.op.window.AvgPool2d;
import dev.merapi.core.op.window.AvgPool2dGrad;
import dev.merapi.core.op.window.MaxPool2d;
import dev.merapi.core.op.window.MaxPool2dGrad;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/** Maximum and average pooling and their gradients, window by window. */
public final class PoolingCases {
  private PoolingCases() {}

  private record Geometry(String name, Shape x, Window2d window) {
    Shape y() {
      int h = (x.dim(2) + 2 * window.h().padding() - window.h().kernel()) / window.h().stride();
      int w = (x.dim(3) + 2 * window.w().padding() - window.w().kernel()) / window.w().stride();
      return Shape.of(x.dim(0), x.dim(1), h + 1, w + 1);
    }

    /** Whether the window of an output reads an input row and column. */
    boolean reads(int row, int column, int h, int w) {
      int top = row * window.h().stride() - window.h().padding();
      int left = column * window.w().stride() - window.w().padding();
      return h >= top
          && h < top + window.h().kernel()
          && w >= left
          && w < left + window.w().kernel();
    }
  }

  private static List<Geometry> geometries() {
    return List.of(
        new Geometry("2x2", Shape.of(2, 3, 6, 4), Window2d.square(2, 2, 0)),
        new Geometry("2x2, a row left over", Shape.of(1, 2, 5, 13), Window2d.square(2, 2, 0)),
        new Geometry("3x3 stride 2, overlapping", Shape.of(2, 2, 7, 9), Window2d.square(3, 2, 0)),
        new Geometry("3x3 stride 1 pad 1", Shape.of(1, 2, 5, 4), Window2d.square(3, 1, 1)),
        new Geometry("oblong", Shape.of(2, 1, 6, 7), Window2d.of(3, 2).stride(1, 3).padding(1, 1)),
        new Geometry("whole image", Shape.of(3, 5, 4, 4), Window2d.of(4, 4)),
        new Geometry("255 places", Shape.of(1, 2, 15, 18), Window2d.of(15, 17)),
        new Geometry("256 places", Shape.of(1, 2, 16, 17), Window2d.of(16, 16)),
        new Geometry("a column left over", Shape.of(2, 2, 3, 9), Window2d.of(2, 1).stride(1, 5)),
        new Geometry("207 channels", Shape.of(1, 207, 3, 3), Window2d.square(2, 1, 0)));
  }

  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (Geometry g : geometries()) {
      addMax(cases, g);
      addAverage(cases, g);
    }
    cases.add(
        OpCase.of(new MaxPool2d(Window2d.square(2, 2, 0)))
            .input(
                Sampler.values(
                    -5,
                    Double.NEGATIVE_INFINITY,
                    -3,
                    -1e30,
                    Double.NEGATIVE_INFINITY,
                    Double.NEGATIVE_INFINITY,
                    Double.POSITIVE_INFINITY,
                    2),
                1,
                1,
                2,
                4)
            .tolerance(Tolerance.EXACT)
            .forwardOnly()
            .expect(
                "infinities",
                in -> NdArray.of(Shape.of(1, 1, 1, 2), -5, Double.POSITIVE_INFINITY)));
    // equal elements: the gradient goes to the first one
    cases.add(
        OpCase.of(new MaxPool2dGrad(Window2d.square(2, 1, 0)))
            .input(Sampler.values(1), 1, 1, 2, 3)
            .input(Sampler.values(1), 1, 1, 1, 2)
            .input(Sampler.values(5, 7), 1, 1, 1, 2)
            .tolerance(Tolerance.EXACT)
            .forwardOnly()
            .expect("of equals", in -> NdArray.of(Shape.of(1, 1, 2, 3), 5, 7, 0, 0, 0, 0)));
    return cases;
  }

  private static void addMax(List<OpCase> cases, Geometry g) {
    cases.add(
        OpCase.of(new MaxPool2d(g.window()))
            .input(Sampler.distinct(), g.x().toArray())
            .tolerance(Tolerance.EXACT)
            .expect(g.name(), in -> max(g, in.get(0))));
    // y must be the pooling of x, so x is fixed here
    double[] fixed = Sampler.distinct().sample(g.x().elements(), new Random(5));
    double[] pooled =
        max(g, NdArray.generate(g.x(), i -> (float) NdArray.of(g.x(), fixed).at(i))).values();
    cases.add(
        OpCase.of(new MaxPool2dGrad(g.window()))
            .input(Sampler.values(fixed), g.x().toArray())
            .input(Sampler.values(pooled), g.y().toArray())
            .input(Sampler.normal(), g.y().toArray())
            .tolerance(Tolerance.sumOf(9))
            .forwardOnly()
            .expect(g.name(), in -> maxGrad(g, in.get(0), in.get(2))));
  }

  private static void addAverage(List<OpCase> cases, Geometry g) {
    int size = g.window().h().kernel() * g.window().w().kernel();
    cases.add(
        OpCase.of(new AvgPool2d(g.window()))
            .input(Sampler.normal(), g.x().toArray())
            .tolerance(Tolerance.sumOf(size))
            .twiceDifferentiable()
            .expect(
                g.name(),
                in ->
                    NdArray.generate(
                        g.y(),
                        i ->
                            sum(
                                g.x(),
                                at ->
                                    g.reads(i[2], i[3], at[2], at[3]) && same(i, at)
                                        ? in.get(0).at(at) / size
                                        : 0))));
    cases.add(
        OpCase.of(new AvgPool2dGrad(g.window(), g.x().dim(2), g.x().dim(3)))
            .input(Sampler.normal(), g.y().toArray())
            .tolerance(Tolerance.sumOf(size))
            .twiceDifferentiable()
            .expect(
                g.name(),
                in ->
                    NdArray.generate(
                        g.x(),
                        i ->
                            sum(
                                g.y(),
                                at ->
                                    g.reads(at[2], at[3], i[2], i[3]) && same(i, at)
                                        ? in.get(0).at(at) / size
                                        : 0))));
  }

  private static boolean same(int[] i, int[] at) {
    return i[0] == at[0] && i[1] == at[1];
  }

  /** The sum over every index of a shape. */
  private static double sum(Shape shape, ToDoubleFunction<int[]> term) {
    double[] sum = new double[1];
    NdArray.generate(shape, at -> sum[0] += term.applyAsDouble(at));
    return sum[0];
  }

  private static NdArray max(Geometry g, NdArray x) {
    return NdArray.generate(
        g.y(),
        i -> {
          int[] largest = largest(g, x, i);
          return x.at(largest);
        });
  }

  /** For each input element, the gradients of those windows whose first largest element it is. */
  private static NdArray maxGrad(Geometry g, NdArray x, NdArray gradOutput) {
    double[] grad = new double[x.values().length];
    NdArray.generate(
        g.y(),
        i -> {
          int[] at = largest(g, x, i);
          int place = ((at[0] * x.shape().dim(1) + at[1]) * x.shape().dim(2) + at[2]);
          grad[place * x.shape().dim(3) + at[3]] += gradOutput.at(i);
          return 0;
        });
    return NdArray.of(g.x(), grad);
  }

  private static int[] largest(Geometry g, NdArray x, int[] window) {
    int[] best = null;
    for (int h = 0; h < g.x().dim(2); h++) {
      for (int w = 0; w < g.x().dim(3); w++) {
        int[] at = {window[0], window[1], h, w};
        if (g.reads(window[2], window[3], h, w) && (best == null || x.at(at) > x.at(best))) {
          best = at;
        }
      }
    }
    return best;
  }
}
