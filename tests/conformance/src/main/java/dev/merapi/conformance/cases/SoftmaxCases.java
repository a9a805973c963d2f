package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.op.normalization.LogSoftmax;
import dev.merapi.core.op.normalization.Softmax;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropy;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropyGrad;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Softmax, its logarithm and the cross entropy upon it. */
public final class SoftmaxCases {
  private SoftmaxCases() {}

  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    add(cases, 1, 5, 13);
    add(cases, 0, 13, 5);
    add(cases, 1, 2, 7, 3);
    add(cases, 3, 2, 3, 2, 207);
    add(cases, 0, 4098);
    add(cases, 1, 4, 1);
    addHard(cases);
    addCrossEntropy(cases);
    return cases;
  }

  private static void add(List<OpCase> cases, int axis, int... dims) {
    String name = Shape.of(dims) + " along " + axis;
    cases.add(
        OpCase.of(new Softmax(axis))
            .input(Sampler.normal(), dims)
            .tolerance(Tolerance.sumOf(dims[axis]))
            .twiceDifferentiable()
            .expect(name, in -> softmax(in.get(0), axis)));
    cases.add(
        OpCase.of(new LogSoftmax(axis))
            .input(Sampler.normal(), dims)
            .tolerance(Tolerance.sumOf(dims[axis]))
            .twiceDifferentiable()
            .expect(name, in -> logSoftmax(in.get(0), axis)));
  }

  private static void addHard(List<OpCase> cases) {
    Sampler masked =
        Sampler.values(
            0,
            Double.NEGATIVE_INFINITY,
            1,
            1e4,
            -1e4,
            9e3,
            1e30,
            -1e30,
            0,
            5,
            5,
            5,
            -200,
            -300,
            Double.NEGATIVE_INFINITY,
            1,
            Double.NaN,
            2);
    cases.add(
        OpCase.of(new Softmax(1))
            .input(masked, 6, 3)
            .forwardOnly()
            .expect("masked and large", in -> softmax(in.get(0), 1)));
    cases.add(
        OpCase.of(new LogSoftmax(1))
            .input(masked, 6, 3)
            .forwardOnly()
            .expect("masked and large", in -> logSoftmax(in.get(0), 1)));
  }

  /** The elements along an axis through an index. */
  private static double[] line(NdArray x, int axis, int[] index) {
    double[] line = new double[x.shape().dim(axis)];
    int[] at = index.clone();
    for (int k = 0; k < line.length; k++) {
      at[axis] = k;
      line[k] = x.at(at);
    }
    return line;
  }

  /** 1 / sum of exp(x_j - x_i): without any maximum. */
  private static NdArray softmax(NdArray x, int axis) {
    return NdArray.generate(
        x.shape(),
        i -> {
          double own = x.at(i);
          // also where both are minus infinity, whose difference is NaN
          return 1
              / Arrays.stream(line(x, axis, i)).map(v -> v == own ? 1 : Math.exp(v - own)).sum();
        });
  }

  /** x_i - m - log1p of the sum over all but one largest. */
  private static NdArray logSoftmax(NdArray x, int axis) {
    return NdArray.generate(
        x.shape(),
        i -> {
          double[] sorted = line(x, axis, i);
          Arrays.sort(sorted); // NaN comes last
          double largest = sorted[sorted.length - 1];
          double others = 0;
          for (int k = 0; k < sorted.length - 1; k++) {
            others += Math.exp(sorted[k] - largest);
          }
          return x.at(i) - largest - Math.log1p(others);
        });
  }

  private static void addCrossEntropy(List<OpCase> cases) {
    for (int[] dims : new int[][] {{5, 3}, {1, 13}, {13, 207}, {207, 1}}) {
      cases.add(
          OpCase.of(new SoftmaxCrossEntropy())
              .input(Sampler.normal(), dims)
              .input(Sampler.integers(0, dims[1]), DType.I32, dims[0])
              .tolerance(Tolerance.sumOf(dims[1]))
              .savedOutputs(1)
              .twiceDifferentiable()
              .expectAll("" + Shape.of(dims), SoftmaxCases::crossEntropy));
      cases.add(
          OpCase.of(new SoftmaxCrossEntropyGrad())
              .input(Sampler.uniform(0, 1), dims)
              .input(Sampler.integers(0, dims[1]), DType.I32, dims[0])
              .input(Sampler.normal(), dims[0])
              .tolerance(Tolerance.sumOf(dims[1]))
              .twiceDifferentiable()
              .expect(
                  "" + Shape.of(dims),
                  in ->
                      NdArray.generate(
                          Shape.of(dims),
                          i -> {
                            double p = in.get(0).at(i);
                            double wrong = in.get(1).at(i[0]) == i[1] ? p - 1 : p;
                            return wrong * in.get(2).at(i[0]);
                          })));
    }
    cases.add(
        OpCase.of(new SoftmaxCrossEntropy())
            .input(Sampler.values(1e4, -1e4, 0, 80, -80, 0, 1e30, 0, -1e30), 3, 3)
            .input(Sampler.values(1, 0, 1), DType.I32, 3)
            .forwardOnly()
            .expectAll("large logits", SoftmaxCases::crossEntropy));
  }

  private static List<NdArray> crossEntropy(List<NdArray> in) {
    NdArray logits = in.get(0);
    NdArray log = logSoftmax(logits, 1);
    NdArray loss =
        NdArray.generate(logits.shape().slice(0, 1), i -> -log.at(i[0], (int) in.get(1).at(i[0])));
    return List.of(loss, softmax(logits, 1));
  }
}
