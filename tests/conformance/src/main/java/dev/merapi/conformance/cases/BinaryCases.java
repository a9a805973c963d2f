package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.op.elementwise.Binary;
import dev.merapi.core.op.elementwise.Select;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/** Each scalar function of two arguments and the choice between two values, broadcast both ways. */
public final class BinaryCases {
  private BinaryCases() {}

  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (BinaryFunction function : BinaryFunction.values()) {
      addFunction(cases, function);
    }
    int[][][] broadcasts = {
      {{}, {13}},
      {{4, 1}, {3}},
      {{2, 1, 5}, {1, 3, 1}},
      {{207, 1}, {1, 13}},
      {{1}, {0}},
      {{3, 0}, {1, 1}},
      {{2, 3, 4}, {}},
      {{1, 1, 1}, {4098}}
    };
    for (int[][] dims : broadcasts) {
      cases.add(
          OpCase.of(new Binary(BinaryFunction.MUL))
              .input(Sampler.normal(), dims[0])
              .input(Sampler.normal(), dims[1])
              .tolerance(Tolerance.EXACT)
              .twiceDifferentiable()
              .expect(
                  Shape.of(dims[0]) + " with " + Shape.of(dims[1]),
                  in -> zip(in, (a, b) -> a * b)));
    }
    addSelect(cases);
    return cases;
  }

  private static void addFunction(List<OpCase> cases, BinaryFunction function) {
    DoubleBinaryOperator f = formula(function);
    Tolerance tolerance =
        function == BinaryFunction.POW || function == BinaryFunction.DIV
            ? Tolerance.ELEMENTWISE
            : Tolerance.EXACT;
    Sampler first = function == BinaryFunction.POW ? Sampler.uniform(0.3, 2) : Sampler.distinct();
    cases.add(
        OpCase.of(new Binary(function))
            .input(first, 3, 7)
            .input(offset(), 3, 7)
            .tolerance(tolerance)
            .twiceDifferentiable()
            .expect("[3, 7]", in -> zip(in, f)));
    cases.add(
        OpCase.of(new Binary(function))
            .input(function == BinaryFunction.POW ? moderate() : Sampler.hard(), 207)
            .input(function == BinaryFunction.POW ? moderate() : Sampler.hard(), 207)
            .tolerance(tolerance)
            .forwardOnly()
            .expect("hard [207]", in -> zip(in, f)));
    if (function != BinaryFunction.POW && function != BinaryFunction.DIV) {
      cases.add(
          OpCase.of(new Binary(function))
              .input(Sampler.integers(-3, 4), DType.I32, 13)
              .input(Sampler.integers(-3, 4), DType.I32, 13)
              .outputTypes(DType.I32)
              .dtypes(DType.F32)
              .forwardOnly()
              .expect("of integers", in -> zip(in, f)));
    }
  }

  /** A multiple of 0.1 and 0.03: never near {@link Sampler#distinct}'s multiples of 0.1, nor 0. */
  private static Sampler offset() {
    return (elements, random) -> {
      double[] values = Sampler.awayFrom(0, 0.1, -0.1, 0.15, -0.15).sample(elements, random);
      for (int i = 0; i < elements; i++) {
        values[i] = Math.rint(values[i] * 10) / 10 + 0.03;
      }
      return values;
    };
  }

  private static Sampler moderate() {
    return Sampler.values(
        0,
        -0.0,
        1,
        -1,
        2,
        -2,
        3,
        0.5,
        -0.5,
        10,
        Double.POSITIVE_INFINITY,
        1e-3,
        Double.NaN,
        -3,
        Double.NEGATIVE_INFINITY,
        1.5,
        7);
  }

  private static void addSelect(List<OpCase> cases) {
    cases.add(
        OpCase.of(new Select())
            .input(Sampler.truths(), 3, 1)
            .input(Sampler.normal(), 3, 7)
            .input(Sampler.normal(), 7)
            .tolerance(Tolerance.EXACT)
            .twiceDifferentiable()
            .expect("broadcast", BinaryCases::choose));
    cases.add(
        OpCase.of(new Select())
            .input(Sampler.hard(), 207)
            .input(Sampler.hard(), 207)
            .input(Sampler.hard(), 207)
            .tolerance(Tolerance.EXACT)
            .forwardOnly()
            .expect("hard [207]", BinaryCases::choose));
  }

  private static NdArray choose(List<NdArray> in) {
    Shape shape = in.get(0).shape();
    for (NdArray array : in) {
      shape = joined(shape, array.shape());
    }
    return NdArray.generate(
        shape,
        i -> {
          double condition = in.get(0).broadcastAt(i);
          return in.get(condition == 0 ? 2 : 1).broadcastAt(i);
        });
  }

  static NdArray zip(List<NdArray> in, DoubleBinaryOperator f) {
    NdArray a = in.get(0);
    NdArray b = in.get(1);
    return NdArray.generate(
        joined(a.shape(), b.shape()), i -> f.applyAsDouble(a.broadcastAt(i), b.broadcastAt(i)));
  }

  /** The broadcast shape, by hand. */
  private static Shape joined(Shape a, Shape b) {
    int[] dims = new int[Math.max(a.rank(), b.rank())];
    for (int i = 1; i <= dims.length; i++) {
      int left = i > a.rank() ? 1 : a.dim(-i);
      int right = i > b.rank() ? 1 : b.dim(-i);
      dims[dims.length - i] = left == 0 || right == 0 ? 0 : Math.max(left, right);
    }
    return Shape.of(dims);
  }

  private static DoubleBinaryOperator formula(BinaryFunction function) {
    return switch (function) {
      case ADD -> (a, b) -> b + a;
      case SUB -> (a, b) -> -b + a;
      case MUL -> (a, b) -> b * a;
      case DIV -> (a, b) -> a / b;
      case POW -> StrictMath::pow;
      case MIN -> (a, b) -> -Math.max(-a, -b);
      case MAX -> (a, b) -> -Math.min(-a, -b);
      case LESS -> (a, b) -> b > a ? 1 : 0;
      case LESS_EQUAL -> (a, b) -> b >= a ? 1 : 0;
      case GREATER -> (a, b) -> b < a ? 1 : 0;
      case GREATER_EQUAL -> (a, b) -> b <= a ? 1 : 0;
      case EQUAL -> (a, b) -> a <= b && a >= b ? 1 : 0;
      case NOT_EQUAL -> (a, b) -> a <= b && a >= b ? 0 : 1;
    };
  }
}
