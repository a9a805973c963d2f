package dev.merapi.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.conformance.cases.RandomCases;
import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Control;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What random numbers must be like, at fixed seeds, on every device. */
class RandomOpsTest {
  private static final Devices DEVICES = new Devices();
  private static final Shape SHAPE = Shape.of(1 << 16);

  @AfterAll
  static void close() {
    DEVICES.close();
  }

  static List<String> devices() {
    return Devices.found();
  }

  /** The known-answer vectors of Random123 1.14, kat_vectors, philox4x32 10. */
  @Test
  void philoxGivesTheKnownAnswers() {
    long[][] vectors = {
      {0, 0, 0, 0, 0, 0, 0x6627e8d5L, 0xe169c58dL, 0xbc57ac4cL, 0x9b00dbd8L},
      {
        0xffffffffL,
        0xffffffffL,
        0xffffffffL,
        0xffffffffL,
        0xffffffffL,
        0xffffffffL,
        0x408f276dL,
        0x41c83b0eL,
        0xa20bc7c6L,
        0x6d5451fdL
      },
      {
        0x243f6a88L,
        0x85a308d3L,
        0x13198a2eL,
        0x03707344L,
        0xa4093822L,
        0x299f31d0L,
        0xd16cfe09L,
        0x94fdccebL,
        0x5001e420L,
        0x24126ea1L
      }
    };
    for (long[] vector : vectors) {
      long[] counter = Arrays.copyOf(vector, 4);
      long[] answer = Arrays.copyOfRange(vector, 6, 10);
      int[] words = Arrays.stream(counter).mapToInt(word -> (int) word).toArray();
      Philox.generate(new Philox.Key((int) vector[4], (int) vector[5]), words);
      assertThat(Arrays.stream(words).mapToLong(Integer::toUnsignedLong))
          .containsExactly(box(answer));
      assertThat(RandomCases.philox(counter, vector[4], vector[5])).isEqualTo(answer);
    }
  }

  private static Long[] box(long[] values) {
    return Arrays.stream(values).boxed().toArray(Long[]::new);
  }

  @ParameterizedTest
  @MethodSource("devices")
  void uniformNumbersAreUniform(String device) {
    double[] x = draw(device, 42, 0, graph -> Ops.randomUniform(graph, SHAPE, DType.F32));
    assertThat(Arrays.stream(x)).allMatch(value -> value >= 0 && value < 1);
    assertThat(moment(x, 0, 1)).isCloseTo(0.5, within(0.005));
    assertThat(moment(x, 0.5, 2)).isCloseTo(1 / 12.0, within(0.002));
    assertThat(chiSquare(x, value -> (int) (value * 64), 64)).isBetween(30.0, 110.0);
    // neighbours, as pairs in 8 x 8 boxes
    double[] pairs = new double[x.length / 2];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = (int) (x[2 * i] * 8) * 8 + (int) (x[2 * i + 1] * 8);
    }
    assertThat(chiSquare(pairs, value -> (int) value.doubleValue(), 64)).isBetween(30.0, 110.0);
  }

  @ParameterizedTest
  @MethodSource("devices")
  void normalNumbersAreNormal(String device) {
    double[] x = draw(device, 42, 0, graph -> Ops.randomNormal(graph, SHAPE, DType.F32));
    assertThat(moment(x, 0, 1)).isCloseTo(0, within(0.02));
    assertThat(moment(x, 0, 2)).isCloseTo(1, within(0.03));
    assertThat(moment(x, 0, 3)).isCloseTo(0, within(0.06));
    assertThat(moment(x, 0, 4)).isCloseTo(3, within(0.15));
    double below = Arrays.stream(x).filter(value -> value < -1).count() / (double) x.length;
    assertThat(below).isCloseTo(0.158655, within(0.006));
  }

  /** Sixty-three degrees of freedom: 30 and 110 are beyond all doubt, 1 in 10,000. */
  private static double chiSquare(double[] x, Function<Double, Integer> box, int boxes) {
    int[] counts = new int[boxes];
    for (double value : x) {
      counts[box.apply(value)]++;
    }
    double expected = x.length / (double) boxes;
    return Arrays.stream(counts).mapToDouble(n -> (n - expected) * (n - expected) / expected).sum();
  }

  private static double moment(double[] x, double center, int power) {
    return Arrays.stream(x).map(value -> Math.pow(value - center, power)).average().orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("devices")
  void dropoutKeepsItsRateAndTheExpectedValue(String device) {
    for (double rate : new double[] {0.1, 0.5, 0.8}) {
      double[] y = draw(device, 3, 7, graph -> Ops.dropout(ones(graph), rate));
      double dropped = Arrays.stream(y).filter(value -> value == 0).count() / (double) y.length;
      assertThat(dropped).isCloseTo(rate, within(0.008));
      assertThat(Arrays.stream(y))
          .allMatch(value -> value == 0 || value == (float) (1 / (1 - rate)));
      assertThat(moment(y, 0, 1)).isCloseTo(1, within(0.04));
    }
  }

  @ParameterizedTest
  @MethodSource("devices")
  void dropoutMasksForwardAndBackwardAlike(String device) {
    Function<Graph, Value> forward = graph -> Ops.dropout(ones(graph), 0.3);
    double[] y = draw(device, 5, 11, forward);
    double[] grad =
        draw(
            device,
            5,
            11,
            graph -> {
              Value x = ones(graph);
              Value loss = Ops.sum(Ops.dropout(x, 0.3));
              return Differentiator.gradients(loss, List.of(x)).get(0);
            });
    assertThat(grad).isEqualTo(y);
  }

  @ParameterizedTest
  @MethodSource("devices")
  void streamsDifferByStepPathOrdinalAndSeed(String device) {
    Function<Graph, Value> plain = graph -> Ops.dropout(ones(graph), 0.5);
    double[] mask = draw(device, 1, 1, plain);
    assertThat(draw(device, 1, 1, plain)).as("the same again").isEqualTo(mask);
    requireIndependent(mask, draw(device, 1, 2, plain));
    requireIndependent(mask, draw(device, 2, 1, plain));
    requireIndependent(
        mask, draw(device, 1, 1, graph -> graph.within("other", () -> plain.apply(graph))));
    requireIndependent(
        mask,
        draw(
            device,
            1,
            1,
            graph -> {
              graph.randomKey(); // the path's first one
              return plain.apply(graph);
            }));
  }

  private static void requireIndependent(double[] a, double[] b) {
    int equal = 0;
    for (int i = 0; i < a.length; i++) {
      equal += a[i] == b[i] ? 1 : 0;
    }
    assertThat(equal / (double) a.length).isCloseTo(0.5, within(0.01));
  }

  private static Value ones(Graph graph) {
    return Input.of(graph, "x", new TensorType(DType.F32, SHAPE));
  }

  private static double[] draw(String device, long seed, int step, Function<Graph, Value> build) {
    Graph graph = new Graph("random", seed);
    graph.output("y", build.apply(graph));
    try (Compiled compiled =
        new Compiled(
            graph, DEVICES.get(device), CompileOptions.DEFAULT, VariableSpec.controlBlock())) {
      compiled.store().set(Control.STEP.path(), HostTensor.of(Shape.SCALAR, step));
      Map<String, HostTensor> inputs =
          compiled.program().inputTypes().isEmpty()
              ? Map.of()
              : Map.of("x", HostTensor.filled(new TensorType(DType.F32, SHAPE), 1));
      return compiled.run(inputs).get("y").toDoubleArray();
    }
  }
}
