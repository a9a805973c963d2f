package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.op.normalization.LocalResponseNorm;
import dev.merapi.core.op.normalization.LocalResponseNormGrad;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Local response normalization as PyTorch has it, and its gradient by the whole Jacobian. */
public final class LocalResponseNormCases {
  private LocalResponseNormCases() {}

  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    add(cases, new LocalResponseNorm(5, 1e-4, 0.75, 2), 2, 13, 3, 2);
    add(cases, new LocalResponseNorm(5, 0.5, 0.75, 1), 2, 7, 3, 2);
    add(cases, new LocalResponseNorm(4, 0.5, 0.5, 1), 1, 6, 5);
    add(cases, new LocalResponseNorm(3, 1, 1, 0.5), 2, 2, 3, 3);
    add(cases, new LocalResponseNorm(1, 1, 0.75, 1), 1, 3, 2, 2);
    add(cases, new LocalResponseNorm(9, 0.3, 0.75, 1), 1, 4, 2, 2);
    add(cases, new LocalResponseNorm(2, 0.5, 1, 1), 1, 3, 1029);
    add(cases, new LocalResponseNorm(5, 0.5, 0.6, 1), 2, 7, 1, 1);
    addNan(cases);
    return cases;
  }

  private static void add(List<OpCase> cases, LocalResponseNorm op, int... dims) {
    Shape shape = Shape.of(dims);
    String name = shape + " size " + op.size() + " alpha " + op.alpha();
    cases.add(
        OpCase.of(op)
            .input(Sampler.normal(), dims)
            .tolerance(Tolerance.sumOf(2 * op.size()))
            .savedOutputs(1)
            .expectAll(
                name,
                in -> {
                  NdArray scale = scale(op, in.get(0));
                  return List.of(normalized(op, in.get(0), scale), scale);
                }));
    // y and scale must be those of x, so x is fixed here
    Random random = new Random(4);
    NdArray x = NdArray.generate(shape, i -> Math.rint(random.nextGaussian() * 64) / 64);
    NdArray scale = scale(op, x);
    cases.add(
        OpCase.of(new LocalResponseNormGrad(op))
            .input(Sampler.normal(), dims)
            .input(Sampler.values(x.values()), dims)
            .input(Sampler.values(normalized(op, x, scale).values()), dims)
            .input(Sampler.values(scale.values()), dims)
            .tolerance(Tolerance.sumOf(4 * op.size()))
            .forwardOnly()
            .expect(name, in -> gradient(op, in.get(0), x, scale)));
  }

  /** It reaches the channels in whose sums it is, and no other one. */
  private static void addNan(List<OpCase> cases) {
    LocalResponseNorm op = new LocalResponseNorm(3, 0.5, 0.75, 1);
    Shape shape = Shape.of(1, 6, 2);
    Sampler withNan =
        (elements, random) -> {
          double[] values = Sampler.normal().sample(elements, random);
          values[2] = Double.NaN;
          return values;
        };
    cases.add(
        OpCase.of(op)
            .input(withNan, shape.toArray())
            .tolerance(Tolerance.sumOf(6))
            .forwardOnly()
            .savedOutputs(1)
            .expectAll(
                "with NaN",
                in -> {
                  NdArray scale = scale(op, in.get(0));
                  return List.of(normalized(op, in.get(0), scale), scale);
                }));
    NdArray x = NdArray.generate(shape, i -> 0.5 * i[1] - i[2]);
    NdArray scale = scale(op, x);
    cases.add(
        OpCase.of(new LocalResponseNormGrad(op))
            .input(withNan, shape.toArray())
            .input(Sampler.values(x.values()), shape.toArray())
            .input(Sampler.values(normalized(op, x, scale).values()), shape.toArray())
            .input(Sampler.values(scale.values()), shape.toArray())
            .tolerance(Tolerance.sumOf(12))
            .forwardOnly()
            .expect("with NaN", in -> gradient(op, in.get(0), x, scale)));
  }

  /** Whether channel j is in the sum of channel c. */
  private static boolean sums(LocalResponseNorm op, int c, int j) {
    return j >= c - op.size() / 2 && j <= c + (op.size() - 1) / 2;
  }

  private static NdArray scale(LocalResponseNorm op, NdArray x) {
    return NdArray.generate(
        x.shape(),
        i -> {
          double sum = 0;
          int[] at = i.clone();
          for (int j = x.shape().dim(1) - 1; j >= 0; j--) {
            at[1] = j;
            sum += sums(op, i[1], j) ? x.at(at) * x.at(at) : 0;
          }
          return op.k() + op.alpha() * sum / op.size();
        });
  }

  private static NdArray normalized(LocalResponseNorm op, NdArray x, NdArray scale) {
    return NdArray.generate(x.shape(), i -> x.at(i) / Math.exp(op.beta() * Math.log(scale.at(i))));
  }

  private static NdArray gradient(
      LocalResponseNorm op, NdArray gradOutput, NdArray x, NdArray scale) {
    return NdArray.generate(
        x.shape(),
        i -> {
          double sum = 0;
          int[] at = i.clone();
          for (int j = 0; j < x.shape().dim(1); j++) {
            at[1] = j;
            double power = Math.pow(scale.at(at), -op.beta());
            if (sums(op, j, i[1])) {
              double inner = 2 * op.alpha() / op.size() * x.at(i);
              double jacobian = i[1] == j ? power : 0;
              jacobian -= op.beta() * x.at(at) * power / scale.at(at) * inner;
              sum += gradOutput.at(at) * jacobian;
            }
          }
          return sum;
        });
  }
}
