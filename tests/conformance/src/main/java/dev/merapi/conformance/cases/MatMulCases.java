package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Matrix products: plain, transposed, batched, broadcast, of odd sizes and with an empty axis. */
public final class MatMulCases {
  private MatMulCases() {}

  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    for (boolean transposeA : new boolean[] {false, true}) {
      for (boolean transposeB : new boolean[] {false, true}) {
        add(cases, transposeA, transposeB, new int[] {}, new int[] {}, 3, 5, 4);
        add(cases, transposeA, transposeB, new int[] {2}, new int[] {2}, 3, 2, 4);
        add(cases, transposeA, transposeB, new int[] {2, 1}, new int[] {3}, 2, 3, 2);
        add(cases, transposeA, transposeB, new int[] {}, new int[] {}, 13, 207, 1);
      }
    }
    add(cases, false, false, new int[] {4}, new int[] {}, 2, 3, 5);
    add(cases, false, true, new int[] {}, new int[] {4}, 2, 3, 5);
    add(cases, false, false, new int[] {}, new int[] {}, 1, 4098, 1);
    add(cases, false, false, new int[] {}, new int[] {}, 69, 13, 17);
    add(cases, false, false, new int[] {}, new int[] {}, 3, 0, 2);
    add(cases, false, false, new int[] {}, new int[] {}, 0, 3, 2);
    cases.add(
        OpCase.of(new MatMul(false, false))
            .input(Sampler.values(1, 0, Double.NaN, 0, Double.POSITIVE_INFINITY, 1), 3, 2)
            .input(Sampler.values(0, 1, 2, 3), 2, 2)
            .forwardOnly()
            .expect(
                "NaN and infinity",
                in ->
                    NdArray.of(
                        Shape.of(3, 2),
                        0,
                        1,
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        Double.POSITIVE_INFINITY)));
    return cases;
  }

  private static void add(
      List<OpCase> cases,
      boolean transposeA,
      boolean transposeB,
      int[] batchA,
      int[] batchB,
      int... mkn) {
    int[] a = transposeA ? new int[] {mkn[1], mkn[0]} : new int[] {mkn[0], mkn[1]};
    int[] b = transposeB ? new int[] {mkn[2], mkn[1]} : new int[] {mkn[1], mkn[2]};
    Shape left = Shape.of(batchA).concat(Shape.of(a));
    Shape right = Shape.of(batchB).concat(Shape.of(b));
    cases.add(
        OpCase.of(new MatMul(transposeA, transposeB))
            .input(Sampler.normal(), left.toArray())
            .input(Sampler.normal(), right.toArray())
            .tolerance(Tolerance.sumOf(mkn[1]))
            .twiceDifferentiable()
            .expect(
                left + (transposeA ? "' " : " ") + right + (transposeB ? "'" : ""),
                in -> product(in, transposeA, transposeB, mkn)));
  }

  /** Each element as the sum from the last product to the first. */
  private static NdArray product(
      List<NdArray> in, boolean transposeA, boolean transposeB, int... mkn) {
    NdArray a = in.get(0);
    NdArray b = in.get(1);
    Shape batch =
        Shape.broadcast(
            a.shape().slice(0, a.shape().rank() - 2), b.shape().slice(0, b.shape().rank() - 2));
    int lead = batch.rank();
    return NdArray.generate(
        batch.concat(Shape.of(mkn[0], mkn[2])),
        i -> {
          double sum = 0;
          int[] at = Arrays.copyOf(i, lead + 2);
          for (int k = mkn[1] - 1; k >= 0; k--) {
            at[lead] = transposeA ? k : i[lead];
            at[lead + 1] = transposeA ? i[lead] : k;
            double left = a.broadcastAt(at);
            at[lead] = transposeB ? i[lead + 1] : k;
            at[lead + 1] = transposeB ? k : i[lead + 1];
            sum += left * b.broadcastAt(at);
          }
          return sum;
        });
  }
}
