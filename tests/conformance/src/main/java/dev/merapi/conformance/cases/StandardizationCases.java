package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.graph.Op;
import dev.merapi.core.op.normalization.BatchNorm;
import dev.merapi.core.op.normalization.BatchNormGrad;
import dev.merapi.core.op.normalization.LayerNorm;
import dev.merapi.core.op.normalization.LayerNormGrad;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * Batch and layer normalization and their gradients: forward by E[x^2] - E[x]^2, backward by the
 * whole Jacobian, element by element.
 */
public final class StandardizationCases {
  private static final double EPSILON = 1e-3;

  private StandardizationCases() {}

  /** Which statistic and which parameter an element belongs to. */
  private record Layout(String name, Shape x, boolean perChannel, int axes) {
    Shape statistics() {
      return perChannel ? x.slice(1, 2) : x.slice(0, x.rank() - axes);
    }

    Shape parameters() {
      return perChannel ? x.slice(1, 2) : x.slice(x.rank() - axes, x.rank());
    }

    int statistic(int[] index) {
      return perChannel ? index[1] : position(index, 0, x.rank() - axes);
    }

    int parameter(int[] index) {
      return perChannel ? index[1] : position(index, x.rank() - axes, x.rank());
    }

    private int position(int[] index, int from, int to) {
      int position = 0;
      for (int axis = from; axis < to; axis++) {
        position = position * x.dim(axis) + index[axis];
      }
      return position;
    }

    Op op() {
      return perChannel ? new BatchNorm(EPSILON) : new LayerNorm(axes, EPSILON);
    }

    int terms() {
      return x.elements() / statistics().elements();
    }
  }

  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    int[][] batches = {
      {4, 3, 5, 3}, {13, 5}, {2, 4, 7}, {69, 1, 1, 3}, {7, 5, 1, 1}, {1, 3, 9}, {2, 1, 1035}
    };
    for (int[] dims : batches) {
      add(cases, perChannel(dims));
    }
    add(cases, new Layout("[5, 13] over 1", Shape.of(5, 13), false, 1));
    add(cases, new Layout("[3, 4, 5] over 2", Shape.of(3, 4, 5), false, 2));
    add(cases, new Layout("[2, 3, 4] over all", Shape.of(2, 3, 4), false, 3));
    add(cases, new Layout("[3, 207] over 1", Shape.of(3, 207), false, 1));
    add(cases, new Layout("[1, 1035] over 1", Shape.of(1, 1035), false, 1));
    addHard(cases);
    return cases;
  }

  private static Layout perChannel(int... dims) {
    return new Layout("" + Shape.of(dims), Shape.of(dims), true, 0);
  }

  /** Without variance, with a mean far from 0, with many elements, with NaN. */
  private static void addHard(List<OpCase> cases) {
    cases.add(
        OpCase.of(new BatchNorm(EPSILON))
            .input(Sampler.values(0), 3, 2)
            .input(Sampler.normal(), 2)
            .input(Sampler.normal(), 2)
            .forwardOnly()
            .expectAll(
                "without variance",
                in ->
                    List.of(
                        NdArray.generate(Shape.of(3, 2), i -> in.get(2).at(i[1])),
                        NdArray.of(Shape.of(2), 0, 0),
                        NdArray.generate(Shape.of(2), i -> 1 / Math.sqrt(EPSILON)))));
    for (Layout layout :
        List.of(
            perChannel(33, 2, 1030),
            perChannel(48, 3),
            new Layout("[2, 3000] over 1", Shape.of(2, 3000), false, 1))) {
      // 1000 has 2^9 times the spacing of 1, and the mean is rounded to it. In F32 only: in F64
      // the formula above is not exact enough.
      cases.add(
          forward(layout, StandardizationCases::farFromZero)
              .dtypes(DType.F32)
              .tolerance(new Tolerance(1 << 12))
              .expectAll(layout.name() + " with mean 1000", in -> forward(layout, in)));
    }
    for (Layout layout :
        List.of(
            perChannel(3, 3, 2, 2),
            perChannel(5, 4),
            new Layout("[3, 5] over 1", Shape.of(3, 5), false, 1))) {
      cases.add(
          forward(layout, StandardizationCases::withNan)
              .expectAll(layout.name() + " with NaN", in -> forward(layout, in)));
    }
  }

  private static OpCase.Builder forward(Layout layout, Sampler x) {
    int[] parameters = layout.parameters().toArray();
    return OpCase.of(layout.op())
        .input(x, layout.x().toArray())
        .input(Sampler.normal(), parameters)
        .input(Sampler.normal(), parameters)
        .tolerance(Tolerance.sumOf(4 * layout.terms()))
        .forwardOnly()
        .savedOutputs(2);
  }

  private static double[] farFromZero(int elements, RandomGenerator random) {
    double[] values = Sampler.normal().sample(elements, random);
    for (int i = 0; i < elements; i++) {
      values[i] += 1000;
    }
    return values;
  }

  private static double[] withNan(int elements, RandomGenerator random) {
    double[] values = Sampler.normal().sample(elements, random);
    values[1] = Double.NaN;
    return values;
  }

  private static void add(List<OpCase> cases, Layout layout) {
    int[] dims = layout.x().toArray();
    int[] parameters = layout.parameters().toArray();
    cases.add(
        OpCase.of(layout.op())
            .input(Sampler.normal(), dims)
            .input(Sampler.normal(), parameters)
            .input(Sampler.normal(), parameters)
            .tolerance(Tolerance.sumOf(4 * layout.terms()))
            .savedOutputs(2)
            .expectAll(layout.name(), in -> forward(layout, in)));
    // mean and invStd must be those of x, so x is fixed here
    Random random = new Random(3);
    NdArray x = NdArray.generate(layout.x(), i -> Math.rint(random.nextGaussian() * 64) / 64);
    NdArray mean = mean(layout, x);
    NdArray invStd = invStd(layout, x, mean);
    int rows = x.values().length / layout.parameters().elements();
    cases.add(
        OpCase.of(layout.perChannel() ? new BatchNormGrad() : new LayerNormGrad(layout.axes()))
            .input(Sampler.normal(), dims)
            .input(Sampler.values(x.values()), dims)
            .input(Sampler.normal(), parameters)
            .input(Sampler.values(mean.values()), layout.statistics().toArray())
            .input(Sampler.values(invStd.values()), layout.statistics().toArray())
            .tolerance(Tolerance.sumOf(4 * Math.max(layout.terms(), rows)))
            .forwardOnly()
            .expectAll(layout.name(), in -> backward(layout, in)));
  }

  private static List<NdArray> forward(Layout layout, List<NdArray> in) {
    NdArray x = in.get(0);
    NdArray mean = mean(layout, x);
    NdArray invStd = invStd(layout, x, mean);
    NdArray y =
        NdArray.generate(
            layout.x(),
            i -> {
              int s = layout.statistic(i);
              int p = layout.parameter(i);
              double standard = (x.at(i) - mean.values()[s]) * invStd.values()[s];
              return in.get(2).values()[p] + in.get(1).values()[p] * standard;
            });
    return List.of(y, mean, invStd);
  }

  private static NdArray mean(Layout layout, NdArray x) {
    double[] sums = new double[layout.statistics().elements()];
    NdArray.generate(layout.x(), i -> sums[layout.statistic(i)] += x.at(i));
    return NdArray.of(layout.statistics(), divided(sums, layout.terms()));
  }

  private static double[] divided(double[] sums, int count) {
    double[] means = sums.clone();
    for (int i = 0; i < means.length; i++) {
      means[i] /= count;
    }
    return means;
  }

  private static NdArray invStd(Layout layout, NdArray x, NdArray mean) {
    double[] squares = new double[layout.statistics().elements()];
    NdArray.generate(layout.x(), i -> squares[layout.statistic(i)] += x.at(i) * x.at(i));
    double[] result = divided(squares, layout.terms());
    for (int s = 0; s < result.length; s++) {
      double m = mean.values()[s];
      result[s] = Math.pow(result[s] - m * m + EPSILON, -0.5);
    }
    return NdArray.of(layout.statistics(), result);
  }

  /** dy_j / dx_i = scale_j invStd (1 if i = j, - 1/n - s_i s_j / n), summed over all j. */
  private static List<NdArray> backward(Layout layout, List<NdArray> in) {
    NdArray gradOutput = in.get(0);
    NdArray x = in.get(1);
    double[] scale = in.get(2).values();
    double[] gradScale = new double[scale.length];
    double[] gradBias = new double[scale.length];
    NdArray standard =
        NdArray.generate(
            layout.x(),
            i -> {
              int s = layout.statistic(i);
              return (x.at(i) - in.get(3).values()[s]) * in.get(4).values()[s];
            });
    NdArray gradX =
        NdArray.generate(
            layout.x(),
            i -> {
              int s = layout.statistic(i);
              double[] sum = new double[1];
              double own = standard.at(i);
              NdArray.generate(
                  layout.x(),
                  j -> {
                    if (layout.statistic(j) == s) {
                      double same = Arrays.equals(i, j) ? 1 : 0;
                      double jacobian = same - (1 + own * standard.at(j)) / layout.terms();
                      sum[0] += gradOutput.at(j) * scale[layout.parameter(j)] * jacobian;
                    }
                    return 0;
                  });
              gradScale[layout.parameter(i)] += gradOutput.at(i) * own;
              gradBias[layout.parameter(i)] += gradOutput.at(i);
              return sum[0] * in.get(4).values()[s];
            });
    return List.of(
        gradX,
        NdArray.of(layout.parameters(), gradScale),
        NdArray.of(layout.parameters(), gradBias));
  }
}
