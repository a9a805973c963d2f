package dev.merapi.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.contraction.ScaledDotProductAttention;
import dev.merapi.core.op.contraction.ScaledDotProductAttentionGrad;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Attention some heads at a time, by its definition in F64, query by query. */
class AttentionKernelsTest extends KernelTest {
  private static final double SCALE = 0.3;

  private final Random random = new Random(4);

  private CpuBuffer buffer(Shape shape) {
    return buffer(TensorType.f32(shape.toArray()));
  }

  private CpuBuffer normal(Shape shape) {
    return buffer(shape, i -> random.nextGaussian());
  }

  /** The last ones are taken in several parts; masks are none, of all heads, or of each sample. */
  @ParameterizedTest
  @CsvSource({
    "2, 3, 4, 5, 6, 2, false, none",
    "1, 1, 1, 1, 1, 1, true, none",
    "1, 2, 13, 7, 3, 5, true, matrix",
    "2, 1, 3, 33, 16, 16, false, sample",
    "2, 3, 4, 5, 6, 2, true, column",
    "2, 3, 4, 5, 6, 2, false, scalar",
    "2, 3, 200, 180, 8, 12, true, sample",
    "3, 1, 390, 400, 5, 4, false, matrix"
  })
  void attentionAndItsGradients(
      int n, int heads, int t, int s, int d, int e, boolean causal, String masked) {
    List<CpuBuffer> in = new ArrayList<>();
    in.add(normal(Shape.of(n, heads, t, d)));
    in.add(normal(Shape.of(n, heads, s, d)));
    in.add(normal(Shape.of(n, heads, s, e)));
    Shape mask =
        switch (masked) {
          case "matrix" -> Shape.of(t, s);
          case "sample" -> Shape.of(n, 1, 1, s);
          case "column" -> Shape.of(heads, t, 1);
          case "scalar" -> Shape.SCALAR;
          default -> null;
        };
    if (mask != null) {
      in.add(normal(mask));
    }
    CpuBuffer y = buffer(Shape.of(n, heads, t, e));
    CpuBuffer logSumExp = buffer(Shape.of(n, heads, t));
    ScaledDotProductAttention op = new ScaledDotProductAttention(SCALE, causal);
    KernelTable kernels = KernelTable.create();
    List<CpuBuffer> saved = List.of(y, logSumExp);
    run(kernels.create(op, types(in), types(saved), engine), in, saved);

    CpuBuffer grad = normal(Shape.of(n, heads, t, e));
    List<CpuBuffer> all = new ArrayList<>(List.of(grad, in.get(0), in.get(1), in.get(2)));
    all.addAll(saved);
    all.addAll(in.subList(3, in.size()));
    List<CpuBuffer> gradients =
        List.of(
            buffer(in.get(0).type().type().shape()),
            buffer(in.get(1).type().type().shape()),
            buffer(in.get(2).type().type().shape()),
            buffer(Shape.of(n, heads, t, s)));
    ScaledDotProductAttentionGrad backward = new ScaledDotProductAttentionGrad(SCALE, causal, true);
    run(kernels.create(backward, types(all), types(gradients), engine), all, gradients);

    Expected expected = new Expected(n * heads, t, s, d, e);
    expected.compute(in, grad, causal, mask == null ? null : positions(n, heads, t, s, mask));
    close(y, expected.y, "y");
    close(logSumExp, expected.logSumExp, "logSumExp");
    close(gradients.get(0), expected.byQuery, "gradQ");
    close(gradients.get(1), expected.byKey, "gradK");
    close(gradients.get(2), expected.byValue, "gradV");
    close(gradients.get(3), expected.byScores, "gradScores");
  }

  /** Where the mask of each score lies. */
  private static int[] positions(int n, int heads, int t, int s, Shape mask) {
    int[] positions = new int[n * heads * t * s];
    for (int i = 0; i < positions.length; i++) {
      int column = i % s;
      int row = i / s % t;
      int head = i / s / t % heads;
      int sample = i / s / t / heads;
      positions[i] =
          switch (mask.rank()) {
            case 0 -> 0;
            case 2 -> row * s + column;
            case 3 -> head * t + row;
            default -> sample * s + column;
          };
    }
    return positions;
  }

  private static void close(CpuBuffer found, double[] expected, String what) {
    for (int i = 0; i < expected.length; i++) {
      assertThat(found.get(i))
          .as("%s %d", what, i)
          .isCloseTo(expected[i], within(2e-5 + 2e-5 * Math.abs(expected[i])));
    }
  }

  /** What comes out, by the definitions. */
  private static final class Expected {
    final int heads;
    final int t;
    final int s;
    final int d;
    final int e;
    final double[] y;
    final double[] logSumExp;
    final double[] byQuery;
    final double[] byKey;
    final double[] byValue;
    final double[] byScores;

    Expected(int heads, int t, int s, int d, int e) {
      this.heads = heads;
      this.t = t;
      this.s = s;
      this.d = d;
      this.e = e;
      y = new double[heads * t * e];
      logSumExp = new double[heads * t];
      byQuery = new double[heads * t * d];
      byKey = new double[heads * s * d];
      byValue = new double[heads * s * e];
      byScores = new double[heads * t * s];
    }

    void compute(List<CpuBuffer> in, CpuBuffer grad, boolean causal, int[] mask) {
      for (int row = 0; row < heads * t; row++) {
        int first = row / t * s;
        int seen = causal ? Math.min(row % t + 1, s) : s;
        double[] weights = new double[s];
        double sum = 0;
        for (int k = 0; k < seen; k++) {
          double product = 0;
          for (int i = 0; i < d; i++) {
            product += in.get(0).get(row * d + i) * in.get(1).get((first + k) * d + i);
          }
          double added = mask == null ? 0 : in.get(3).get(mask[row * s + k]);
          weights[k] = Math.exp(SCALE * product + added);
          sum += weights[k];
        }
        logSumExp[row] = Math.log(sum);
        double along = 0;
        double[] byWeight = new double[s];
        for (int k = 0; k < seen; k++) {
          weights[k] /= sum;
          for (int i = 0; i < e; i++) {
            double g = grad.get(row * e + i);
            double value = in.get(2).get((first + k) * e + i);
            y[row * e + i] += weights[k] * value;
            byValue[(first + k) * e + i] += weights[k] * g;
            byWeight[k] += g * value;
          }
          along += weights[k] * byWeight[k];
        }
        for (int k = 0; k < seen; k++) {
          double score = weights[k] * (byWeight[k] - along);
          byScores[row * s + k] = score;
          for (int i = 0; i < d; i++) {
            byQuery[row * d + i] += SCALE * score * in.get(1).get((first + k) * d + i);
            byKey[(first + k) * d + i] += SCALE * score * in.get(0).get(row * d + i);
          }
        }
      }
    }
  }

  /** Rows of which no key is to be seen get equal weights, before and after. */
  @Test
  void noKeyToSee() {
    List<CpuBuffer> in =
        List.of(
            normal(Shape.of(2, 2)),
            normal(Shape.of(3, 2)),
            normal(Shape.of(3, 2)),
            buffer(Shape.of(1, 3), i -> -1e30));
    CpuBuffer y = buffer(Shape.of(2, 2));
    List<CpuBuffer> out = List.of(y, buffer(Shape.of(2)));
    ScaledDotProductAttention op = new ScaledDotProductAttention(1, false);
    run(KernelTable.create().create(op, types(in), types(out), engine), in, out);
    for (int i = 0; i < 4; i++) {
      CpuBuffer value = in.get(2);
      double mean = (value.get(i % 2) + value.get(2 + i % 2) + value.get(4 + i % 2)) / 3;
      assertThat(y.get(i)).isCloseTo(mean, within(1e-6));
    }
  }

  /** The memory for scores that are many does not grow with the heads. */
  @Test
  void scoresOfOneHeadAtATime() {
    assertThat(workspaces(32)).isEqualTo(workspaces(2));
  }

  private List<Long> workspaces(int heads) {
    TensorType type = TensorType.f32(1, heads, 512, 8);
    TensorType saved = TensorType.f32(1, heads, 512);
    KernelTable kernels = KernelTable.create();
    CpuKernel forward =
        kernels.create(
            new ScaledDotProductAttention(SCALE, true),
            List.of(type, type, type),
            List.of(type, saved),
            engine);
    CpuKernel backward =
        kernels.create(
            new ScaledDotProductAttentionGrad(SCALE, true, false),
            List.of(type, type, type, type, type, saved),
            List.of(type, type, type),
            engine);
    return List.of(forward.workspaceBytes(), backward.workspaceBytes());
  }

  /** And it is then what the parts would be. */
  @ParameterizedTest
  @CsvSource({"64, false", "1100, true"})
  void itIsChosenForManyScores(int length, boolean fused) {
    try (Backend backend = Backends.open("cpu");
        StateStore store = new StateStore(backend)) {
      TensorType type = TensorType.f32(1, 2, length, 4);
      Graph graph = new Graph("attention", 1);
      List<Value> in = new ArrayList<>();
      Bindings bindings = new Bindings();
      for (int i = 0; i < 3; i++) {
        in.add(Input.of(graph, "in" + i, type));
        HostTensor values = HostTensor.zeros(type);
        for (int k = 0; k < values.elements(); k++) {
          values.set(k, random.nextGaussian());
        }
        bindings.input("in" + i, values);
      }
      Value whole =
          ScaledDotProductAttention.of(in.get(0), in.get(1), in.get(2), Optional.empty(), true);
      Value parts =
          Ops.matMul(
              ScaledDotProductAttention.weights(in.get(0), in.get(1), Optional.empty(), true),
              in.get(2));
      List<Value> both = new ArrayList<>(List.of(whole, parts));
      both.addAll(Differentiator.gradients(Ops.sum(Ops.mul(whole, whole)), in));
      both.addAll(Differentiator.gradients(Ops.sum(Ops.mul(parts, parts)), in));
      for (int i = 0; i < both.size(); i++) {
        graph.output("out" + i, both.get(i));
        bindings.output("out" + i, HostTensor.zeros(new TensorType(DType.F32, type.shape())));
      }
      try (Program program = Program.compile(graph, store, CompileOptions.DEFAULT)) {
        program.run(bindings);
        assertThat(program.steps().stream().map(step -> step.kernelName().split("\\.")[1]))
            .filteredOn(name -> name.startsWith("scaledDotProductAttention"))
            .hasSize(fused ? 2 : 0);
      }
      for (int[] pair : new int[][] {{0, 1}, {2, 5}, {3, 6}, {4, 7}}) {
        double[] found = bindings.outputs().get("out" + pair[0]).toDoubleArray();
        double[] expected = bindings.outputs().get("out" + pair[1]).toDoubleArray();
        assertThat(found).usingComparatorWithPrecision(1e-4).containsExactly(expected);
      }
    }
  }
}
