package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.op.movement.Gather;
import dev.merapi.core.op.movement.OneHot;
import dev.merapi.core.op.movement.ReverseSequence;
import dev.merapi.core.op.movement.ScatterAdd;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** What moves elements by indices: gather, scatter-add, one-hot and the reversal of sequences. */
public final class IndexCases {
  private IndexCases() {}

  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    addGather(cases);
    addScatterAdd(cases);
    addReverseSequence(cases);
    cases.add(
        OpCase.of(dtype -> new OneHot(5, dtype))
            .input(Sampler.values(0, 4, 2, 1, -1, 5, 3, 1000), DType.I32, 2, 4)
            .tolerance(Tolerance.EXACT)
            .expect(
                "with indices outside",
                in ->
                    NdArray.generate(
                        Shape.of(2, 4, 5), i -> in.get(0).at(i[0], i[1]) == i[2] ? 1 : 0)));
    return cases;
  }

  private static void addGather(List<OpCase> cases) {
    cases.add(
        OpCase.of(new Gather(0))
            .input(Sampler.normal(), 7, 3)
            .input(Sampler.integers(0, 7), DType.I32, 13)
            .tolerance(Tolerance.EXACT)
            .twiceDifferentiable()
            .expect(
                "rows, some twice",
                in ->
                    NdArray.generate(
                        Shape.of(13, 3), i -> in.get(0).at((int) in.get(1).at(i[0]), i[1]))));
    cases.add(
        OpCase.of(new Gather(1))
            .input(Sampler.normal(), 2, 5, 3)
            .input(Sampler.integers(0, 5), DType.I32, 4, 2)
            .tolerance(Tolerance.EXACT)
            .twiceDifferentiable()
            .expect(
                "inner axis, indices of rank 2",
                in ->
                    NdArray.generate(
                        Shape.of(2, 4, 2, 3),
                        i -> in.get(0).at(i[0], (int) in.get(1).at(i[1], i[2]), i[3]))));
    cases.add(
        OpCase.of(new Gather(0))
            .input(Sampler.normal(), 5, 2)
            .input(Sampler.integers(3, 4), DType.I32)
            .tolerance(Tolerance.EXACT)
            .expect(
                "by a scalar", in -> NdArray.generate(Shape.of(2), i -> in.get(0).at(3, i[0]))));
  }

  private static void addReverseSequence(List<OpCase> cases) {
    reverseSequence(cases, "of vectors", 7, 4, 3);
    reverseSequence(cases, "of numbers", 13, 4);
    reverseSequence(cases, "of matrices", 5, 4, 2, 3);
    cases.add(
        OpCase.of(new ReverseSequence())
            .input(Sampler.values(5, 6, 7), DType.I32, 3, 1)
            .input(Sampler.values(2), DType.I32, 1)
            .outputTypes(DType.I32)
            .tolerance(Tolerance.EXACT)
            .forwardOnly()
            .expect("of indices", in -> NdArray.of(Shape.of(3, 1), 6, 5, 7)));
  }

  /** Lengths of nothing, of one, of all but one and of all places. */
  private static void reverseSequence(List<OpCase> cases, String name, int... dims) {
    int[] lengths = {0, 1, dims[0] - 1, dims[0]};
    cases.add(
        OpCase.of(new ReverseSequence())
            .input(Sampler.normal(), dims)
            .input(Sampler.values(0, 1, dims[0] - 1, dims[0]), DType.I32, 4)
            .tolerance(Tolerance.EXACT)
            .twiceDifferentiable()
            .expect(
                name,
                in ->
                    NdArray.generate(
                        Shape.of(dims),
                        i -> {
                          int[] from = i.clone();
                          int length = lengths[i[1]];
                          from[0] = i[0] < length ? length - 1 - i[0] : i[0];
                          return in.get(0).at(from);
                        })));
  }

  private static void addScatterAdd(List<OpCase> cases) {
    cases.add(
        OpCase.of(new ScatterAdd(0, 2))
            .input(Sampler.normal(), 0, 3)
            .input(Sampler.integers(0, 2), DType.I32, 0)
            .tolerance(Tolerance.EXACT)
            .expect("of nothing is 0", in -> NdArray.of(Shape.of(2, 3), new double[6])));
    cases.add(
        OpCase.of(new ScatterAdd(0, 7))
            .input(Sampler.normal(), 13, 3)
            .input(Sampler.integers(0, 6), DType.I32, 13)
            .tolerance(Tolerance.sumOf(13))
            .twiceDifferentiable()
            .expect(
                "rows, some twice, one never",
                in ->
                    NdArray.generate(
                        Shape.of(7, 3),
                        i -> {
                          double sum = 0;
                          for (int k = 12; k >= 0; k--) {
                            sum += in.get(1).at(k) == i[0] ? in.get(0).at(k, i[1]) : 0;
                          }
                          return sum;
                        })));
    cases.add(
        OpCase.of(new ScatterAdd(1, 5))
            .input(Sampler.normal(), 2, 4, 2, 3)
            .input(Sampler.integers(0, 5), DType.I32, 4, 2)
            .tolerance(Tolerance.sumOf(8))
            .twiceDifferentiable()
            .expect(
                "inner axis, indices of rank 2",
                in ->
                    NdArray.generate(
                        Shape.of(2, 5, 3),
                        i -> {
                          double sum = 0;
                          for (int k = 7; k >= 0; k--) {
                            boolean here = in.get(1).at(k / 2, k % 2) == i[1];
                            sum += here ? in.get(0).at(i[0], k / 2, k % 2, i[2]) : 0;
                          }
                          return sum;
                        })));
  }
}
