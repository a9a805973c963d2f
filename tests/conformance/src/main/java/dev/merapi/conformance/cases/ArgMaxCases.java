package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.core.op.reduction.ArgMax;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import java.util.List;

/** The index of the largest: every axis, ties, infinities. */
public final class ArgMaxCases {
  private ArgMaxCases() {}

  public static List<OpCase> all() {
    return List.of(
        OpCase.of(new ArgMax(1))
            .input(Sampler.distinct(), 13, 7)
            .outputTypes(DType.I32)
            .forwardOnly()
            .expect(
                "last axis",
                in -> NdArray.generate(Shape.of(13), i -> first(7, k -> in.get(0).at(i[0], k)))),
        OpCase.of(new ArgMax(0))
            .input(Sampler.distinct(), 207, 3)
            .outputTypes(DType.I32)
            .forwardOnly()
            .expect(
                "first axis",
                in -> NdArray.generate(Shape.of(3), i -> first(207, k -> in.get(0).at(k, i[0])))),
        OpCase.of(new ArgMax(1))
            .input(Sampler.distinct(), 2, 5, 3)
            .outputTypes(DType.I32)
            .forwardOnly()
            .expect(
                "inner axis",
                in ->
                    NdArray.generate(
                        Shape.of(2, 3), i -> first(5, k -> in.get(0).at(i[0], k, i[1])))),
        OpCase.of(new ArgMax(0))
            .input(Sampler.values(3, 5, -1, 5, 2, 5), 6)
            .outputTypes(DType.I32)
            .forwardOnly()
            .expect("first of equals", in -> NdArray.of(Shape.SCALAR, 1)),
        OpCase.of(new ArgMax(1))
            .input(
                Sampler.values(
                    -1,
                    -2,
                    -3,
                    Double.NEGATIVE_INFINITY,
                    Double.NEGATIVE_INFINITY,
                    -1e30,
                    4,
                    Double.POSITIVE_INFINITY,
                    5),
                3,
                3)
            .outputTypes(DType.I32)
            .forwardOnly()
            .expect("infinities", in -> NdArray.of(Shape.of(3), 0, 2, 1)));
  }

  /** The first index whose value no other one exceeds. */
  private static int first(int size, java.util.function.IntToDoubleFunction value) {
    for (int i = 0; ; i++) {
      boolean largest = true;
      for (int k = 0; k < size; k++) {
        largest &= value.applyAsDouble(k) <= value.applyAsDouble(i);
      }
      if (largest) {
        return i;
      }
    }
  }
}
