package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.op.reduction.SumOfSquares;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/** Sum, maximum and minimum over leading, inner, trailing, several and all axes. */
public final class ReduceCases {
  private ReduceCases() {}

  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (ReduceFunction function : ReduceFunction.values()) {
      boolean sum = function == ReduceFunction.SUM;
      Sampler sampler = sum ? Sampler.normal() : Sampler.distinct();
      add(cases, function, sampler, List.of(0), 13);
      add(cases, function, sampler, List.of(0), 5, 7);
      add(cases, function, sampler, List.of(1), 5, 7);
      add(cases, function, sampler, List.of(1), 2, 13, 3);
      add(cases, function, sampler, List.of(0, 2, 3), 2, 3, 5, 4);
      add(cases, function, sampler, List.of(0, 1, 2), 3, 1, 5);
      add(cases, function, sampler, List.of(0), 4098);
      add(cases, function, sampler, List.of(1), 3, 207);
      cases.add(
          builder(function, Sampler.hard(), List.of(1), false, 69, 3)
              .forwardOnly()
              .tolerance(sum ? Tolerance.sumOf(3) : Tolerance.EXACT)
              .expect("hard", in -> fold(function, in.get(0), List.of(1), false)));
    }
    // NaN wins whatever stands beside it
    for (ReduceFunction function : List.of(ReduceFunction.MAX, ReduceFunction.MIN)) {
      cases.add(
          builder(function, Sampler.values(1, Double.NaN, 3, 4, 5, 6), List.of(1), false, 2, 3)
              .forwardOnly()
              .tolerance(Tolerance.EXACT)
              .expect(
                  "NaN",
                  in ->
                      NdArray.of(Shape.of(2), Double.NaN, function.name().equals("MAX") ? 6 : 4)));
    }
    cases.add(
        builder(ReduceFunction.SUM, Sampler.normal(), List.of(0), false, 0, 3)
            .tolerance(Tolerance.EXACT)
            .expect("of nothing is 0", in -> NdArray.of(Shape.of(3), 0, 0, 0)));
    cases.add(
        OpCase.of(new SumOfSquares())
            .input(Sampler.values(3, 4), 2)
            .expect("of (3, 4)", in -> NdArray.of(Shape.SCALAR, 25)));
    cases.add(
        OpCase.of(new SumOfSquares())
            .input(Sampler.values(-2), 13)
            .input(Sampler.values(1), 69, 60)
            .input(Sampler.values(0.5), 4)
            .tolerance(Tolerance.sumOf(4157))
            .expect("of three tensors", in -> NdArray.of(Shape.SCALAR, 52 + 4140 + 1)));
    cases.add(
        OpCase.of(new SumOfSquares())
            .input(Sampler.values(3), 0, 2)
            .input(Sampler.values(3), 1)
            .expect("with an empty tensor", in -> NdArray.of(Shape.SCALAR, 9)));
    cases.add(
        OpCase.of(new SumOfSquares())
            .input(Sampler.values(1, Double.NaN, 2), 3)
            .input(Sampler.values(1), 5)
            .forwardOnly()
            .expect("NaN", in -> NdArray.of(Shape.SCALAR, Double.NaN)));
    return cases;
  }

  private static OpCase.Builder builder(
      ReduceFunction function, Sampler sampler, List<Integer> axes, boolean keepDims, int... dims) {
    return OpCase.of(new Reduce(function, axes, keepDims)).input(sampler, dims);
  }

  private static void add(
      List<OpCase> cases,
      ReduceFunction function,
      Sampler sampler,
      List<Integer> axes,
      int... dims) {
    int terms = axes.stream().mapToInt(axis -> dims[axis]).reduce(1, (a, b) -> a * b);
    for (boolean keepDims : new boolean[] {false, true}) {
      cases.add(
          builder(function, sampler, axes, keepDims, dims)
              .tolerance(function == ReduceFunction.SUM ? Tolerance.sumOf(terms) : Tolerance.EXACT)
              .twiceDifferentiable()
              .expect(
                  Arrays.toString(dims) + " over " + axes + (keepDims ? ", kept" : ""),
                  in -> fold(function, in.get(0), axes, keepDims)));
    }
  }

  /**
   * Scatters every element into the bucket of its kept axes: the other way round than a loop per
   * output.
   */
  private static NdArray fold(
      ReduceFunction function, NdArray x, List<Integer> axes, boolean keepDims) {
    List<Integer> kept = new ArrayList<>();
    List<Integer> left = new ArrayList<>();
    for (int axis = 0; axis < x.shape().rank(); axis++) {
      boolean reduced = axes.contains(axis);
      kept.add(reduced ? 1 : x.shape().dim(axis));
      if (!reduced) {
        left.add(x.shape().dim(axis));
      }
    }
    DoubleBinaryOperator join =
        switch (function) {
          case SUM -> Double::sum;
          case MAX -> Math::max;
          case MIN -> Math::min;
        };
    double start =
        switch (function) {
          case SUM -> 0;
          case MAX -> Double.NEGATIVE_INFINITY;
          case MIN -> Double.POSITIVE_INFINITY;
        };
    double[] buckets = new double[Shape.of(kept).elements()];
    Arrays.fill(buckets, start);
    NdArray.generate(
        x.shape(),
        i -> {
          int bucket = 0;
          for (int axis = 0; axis < i.length; axis++) {
            bucket = bucket * kept.get(axis) + (axes.contains(axis) ? 0 : i[axis]);
          }
          buckets[bucket] = join.applyAsDouble(buckets[bucket], x.at(i));
          return 0;
        });
    return NdArray.of(Shape.of(keepDims ? kept : left), buckets);
  }
}
