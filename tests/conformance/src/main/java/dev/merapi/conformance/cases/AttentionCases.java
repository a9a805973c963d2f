package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.op.contraction.ScaledDotProductAttention;
import dev.merapi.core.op.contraction.ScaledDotProductAttentionGrad;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Attention and its gradients, query by query: forward without any mask but by leaving keys out,
 * backward by the whole Jacobian of the softmax.
 */
public final class AttentionCases {
  private AttentionCases() {}

  /** [N, heads] matrices of T queries, S keys, d features and e features of the values. */
  private record Sizes(int n, int heads, int t, int s, int d, int e) {
    int[] query() {
      return new int[] {n, heads, t, d};
    }

    int[] key() {
      return new int[] {n, heads, s, d};
    }

    int[] value() {
      return new int[] {n, heads, s, e};
    }

    int[] y() {
      return new int[] {n, heads, t, e};
    }

    Tolerance tolerance() {
      return Tolerance.sumOf(8 * (s + d + e + t));
    }

    @Override
    public String toString() {
      return "[" + n + ", " + heads + "] " + t + "x" + s + " of " + d + " and " + e;
    }
  }

  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (Sizes sizes :
        List.of(
            new Sizes(2, 3, 4, 5, 6, 2),
            new Sizes(1, 1, 1, 1, 1, 1),
            new Sizes(1, 2, 13, 7, 3, 5),
            new Sizes(2, 1, 3, 33, 16, 16))) {
      for (boolean causal : new boolean[] {false, true}) {
        add(cases, sizes, causal);
      }
    }
    addMasked(cases, new Sizes(2, 3, 4, 5, 6, 2), 4, 5);
    addMasked(cases, new Sizes(2, 3, 4, 5, 6, 2), 2, 1, 1, 5);
    addMasked(cases, new Sizes(2, 1, 3, 4, 2, 3), 2, 1, 3, 4);
    cases.add(
        OpCase.of(new ScaledDotProductAttention(1, false))
            .input(Sampler.values(1e3, -1e3), 1, 2, 1)
            .input(Sampler.values(80, -80), 1, 2, 1)
            .input(Sampler.values(3, 4), 1, 2, 1)
            .forwardOnly()
            .savedOutputs(1)
            .expectAll(
                "large scores",
                in ->
                    List.of(
                        NdArray.of(Shape.of(1, 2, 1), 3, 4),
                        NdArray.of(Shape.of(1, 2), 8e4, 8e4))));
    cases.add(
        OpCase.of(new ScaledDotProductAttention(1, false))
            .input(Sampler.normal(), 2, 2)
            .input(Sampler.normal(), 3, 2)
            .input(Sampler.values(1, 2, 3, 4, 5, 6), 3, 2)
            .input(Sampler.values(-1e30), 1, 3)
            .forwardOnly()
            .savedOutputs(1)
            .expectAll(
                "no key to see: equal weights",
                in ->
                    List.of(
                        NdArray.of(Shape.of(2, 2), 3, 4, 3, 4),
                        NdArray.of(Shape.of(2), -1e30, -1e30))));
    return cases;
  }

  private static void add(List<OpCase> cases, Sizes sizes, boolean causal) {
    double scale = 0.4;
    String name = sizes + (causal ? " causal" : "");
    cases.add(
        OpCase.of(new ScaledDotProductAttention(scale, causal))
            .input(Sampler.normal(), sizes.query())
            .input(Sampler.normal(), sizes.key())
            .input(Sampler.normal(), sizes.value())
            .tolerance(sizes.tolerance())
            .savedOutputs(1)
            .expectAll(name, in -> new Rows(sizes, scale, causal, in).forward()));
    // y and logSumExp must be those of Q, K and V, so these are fixed here
    List<NdArray> fixed = fixed(sizes);
    List<NdArray> saved = new Rows(sizes, scale, causal, fixed).forward();
    cases.add(
        OpCase.of(new ScaledDotProductAttentionGrad(scale, causal, false))
            .input(Sampler.normal(), sizes.y())
            .input(Sampler.values(fixed.get(0).values()), sizes.query())
            .input(Sampler.values(fixed.get(1).values()), sizes.key())
            .input(Sampler.values(fixed.get(2).values()), sizes.value())
            .input(Sampler.values(saved.get(0).values()), sizes.y())
            .input(Sampler.values(saved.get(1).values()), sizes.n, sizes.heads, sizes.t)
            .tolerance(sizes.tolerance())
            .forwardOnly()
            .expectAll(
                name,
                in ->
                    new Rows(sizes, scale, causal, in.subList(1, 4))
                        .backward(in.get(0))
                        .subList(0, 3)));
  }

  private static void addMasked(List<OpCase> cases, Sizes sizes, int... mask) {
    String name = sizes + " with a mask " + Shape.of(mask);
    cases.add(
        OpCase.of(new ScaledDotProductAttention(0.5, true))
            .input(Sampler.normal(), sizes.query())
            .input(Sampler.normal(), sizes.key())
            .input(Sampler.normal(), sizes.value())
            .input(Sampler.normal(), mask)
            .tolerance(sizes.tolerance())
            .savedOutputs(1)
            .expectAll(name, in -> new Rows(sizes, 0.5, true, in).forward()));
    List<NdArray> fixed = new ArrayList<>(fixed(sizes));
    Random random = new Random(8);
    fixed.add(NdArray.generate(Shape.of(mask), i -> Math.rint(random.nextGaussian() * 64) / 64));
    List<NdArray> saved = new Rows(sizes, 0.5, true, fixed).forward();
    cases.add(
        OpCase.of(new ScaledDotProductAttentionGrad(0.5, true, true))
            .input(Sampler.normal(), sizes.y())
            .input(Sampler.values(fixed.get(0).values()), sizes.query())
            .input(Sampler.values(fixed.get(1).values()), sizes.key())
            .input(Sampler.values(fixed.get(2).values()), sizes.value())
            .input(Sampler.values(saved.get(0).values()), sizes.y())
            .input(Sampler.values(saved.get(1).values()), sizes.n, sizes.heads, sizes.t)
            .input(Sampler.values(fixed.get(3).values()), mask)
            .tolerance(sizes.tolerance())
            .forwardOnly()
            .expectAll(
                name,
                in -> {
                  List<NdArray> forward = new ArrayList<>(in.subList(1, 4));
                  forward.add(in.get(6));
                  return new Rows(sizes, 0.5, true, forward).backward(in.get(0));
                }));
  }

  private static List<NdArray> fixed(Sizes sizes) {
    Random random = new Random(5);
    List<NdArray> arrays = new ArrayList<>();
    for (int[] dims : List.of(sizes.query(), sizes.key(), sizes.value())) {
      arrays.add(NdArray.generate(Shape.of(dims), i -> Math.rint(random.nextGaussian() * 64) / 64));
    }
    return arrays;
  }

  /** One query at a time. */
  private record Rows(Sizes sizes, double scale, boolean causal, List<NdArray> in) {
    private int visible(int t) {
      return causal ? Math.min(t + 1, sizes.s) : sizes.s;
    }

    private double score(int n, int h, int t, int s) {
      double product = 0;
      for (int i = 0; i < sizes.d; i++) {
        product += in.get(0).at(n, h, t, i) * in.get(1).at(n, h, s, i);
      }
      return product * scale + (in.size() > 3 ? mask(in.get(3), n, t, s) : 0);
    }

    private static double mask(NdArray mask, int n, int t, int s) {
      Shape shape = mask.shape();
      int row = shape.dim(-2) == 1 ? 0 : t;
      return shape.rank() == 2 ? mask.at(row, s) : mask.at(n, 0, row, s);
    }

    private double logSumExp(int n, int h, int t) {
      double sum = 0;
      for (int s = 0; s < visible(t); s++) {
        sum += Math.exp(score(n, h, t, s));
      }
      return Math.log(sum);
    }

    private double weight(int n, int h, int t, int s) {
      return s < visible(t) ? Math.exp(score(n, h, t, s) - logSumExp(n, h, t)) : 0;
    }

    List<NdArray> forward() {
      NdArray y =
          NdArray.generate(
              Shape.of(sizes.y()),
              i -> {
                double sum = 0;
                for (int s = 0; s < sizes.s; s++) {
                  sum += weight(i[0], i[1], i[2], s) * in.get(2).at(i[0], i[1], s, i[3]);
                }
                return sum;
              });
      NdArray logSumExp =
          NdArray.generate(
              Shape.of(sizes.n, sizes.heads, sizes.t), i -> logSumExp(i[0], i[1], i[2]));
      return List.of(y, logSumExp);
    }

    List<NdArray> backward(NdArray grad) {
      NdArray weights =
          NdArray.generate(
              Shape.of(sizes.n, sizes.heads, sizes.t, sizes.s),
              i -> weight(i[0], i[1], i[2], i[3]));
      NdArray byScores =
          NdArray.generate(weights.shape(), i -> byScore(weights, grad, i[0], i[1], i[2], i[3]));
      return List.of(
          NdArray.generate(
              Shape.of(sizes.query()), i -> scale * along(byScores, in.get(1), sizes.s, false, i)),
          NdArray.generate(
              Shape.of(sizes.key()), i -> scale * along(byScores, in.get(0), sizes.t, true, i)),
          NdArray.generate(Shape.of(sizes.value()), i -> along(weights, grad, sizes.t, true, i)),
          byScores);
    }

    /** Sums over the keys k: dp_k / dscore_s = p_k (1 if k = s - p_s) of how y depends on p_k. */
    private double byScore(NdArray weights, NdArray grad, int n, int h, int t, int s) {
      double sum = 0;
      for (int k = 0; k < sizes.s; k++) {
        double byWeight = 0;
        for (int e = 0; e < sizes.e; e++) {
          byWeight += grad.at(n, h, t, e) * in.get(2).at(n, h, k, e);
        }
        sum += byWeight * weights.at(n, h, t, k) * ((k == s ? 1 : 0) - weights.at(n, h, t, s));
      }
      return sum;
    }

    private static double along(NdArray a, NdArray b, int terms, boolean transposed, int[] i) {
      double sum = 0;
      for (int k = 0; k < terms; k++) {
        double left = transposed ? a.at(i[0], i[1], k, i[2]) : a.at(i[0], i[1], i[2], k);
        sum += left * b.at(i[0], i[1], k, i[3]);
      }
      return sum;
    }
  }
}
