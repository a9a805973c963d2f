package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Build;
import dev.merapi.nn.Net;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class BatchNormTest {
  private static final Offset<Double> EXACT = within(1e-6);

  /** Channel 0 holds 1, 2, 3, 4: mean 2.5, variance 1.25, unbiased 5/3. Channel 1 is constant. */
  private static final HostTensor X =
      HostTensor.of(Shape.of(2, 2, 2), 1f, 2f, 7f, 7f, 3f, 4f, 7f, 7f);

  private static Map<String, HostTensor> run(Build build, BatchNorm layer) {
    return build.run(build.net().apply("norm", layer, build.input(2, 2, 2)), Map.of("x", X));
  }

  @Test
  void weightAndBiasAreTrainedAndTheStatisticsAreNot() {
    Build build = Build.training();
    build.shape(new BatchNorm(), 4, 3, 5, 5);

    assertThat(build.variables())
        .containsExactly(
            "it.weight F32[3]",
            "it.bias F32[3]",
            "it.runningMean F32[3]",
            "it.runningVariance F32[3]");
    assertThat(build.net().parameters()).hasSize(2);
    assertThat(build.variable("it.runningMean").group()).isEqualTo(Net.BUFFERS);
    assertThat(build.variable("it.runningVariance").group()).isEqualTo(Net.BUFFERS);
  }

  @Test
  void trainingNormalizesByTheBatchAndMovesTheRunningStatistics() {
    Map<String, HostTensor> results = run(Build.training(), new BatchNorm());

    double[] y = results.get("y").toDoubleArray();
    // (1 - 2.5) / sqrt(1.25001) and (2 - 2.5) / sqrt(1.25001)
    assertThat(y[0]).isCloseTo(-1.3416354, EXACT);
    assertThat(y[1]).isCloseTo(-0.4472118, EXACT);
    assertThat(y[5]).isCloseTo(1.3416354, EXACT);
    assertThat(y[2]).isCloseTo(0, EXACT);
    HostTensor mean = results.get("norm.runningMean");
    HostTensor variance = results.get("norm.runningVariance");
    assertThat(mean.get(0)).isCloseTo(0.25, EXACT);
    assertThat(mean.get(1)).isCloseTo(0.7, EXACT);
    // 0.9 + 0.1 * 5 / 3, and 0.9 + 0
    assertThat(variance.get(0)).isCloseTo(1.0666667, EXACT);
    assertThat(variance.get(1)).isCloseTo(0.9, EXACT);
  }

  @Test
  void momentumOneForgetsThePast() {
    Map<String, HostTensor> results = run(Build.training(), new BatchNorm().momentum(1));

    assertThat(results.get("norm.runningMean").get(0)).isCloseTo(2.5, EXACT);
    assertThat(results.get("norm.runningVariance").get(0)).isCloseTo(1.6666667, EXACT);
  }

  @Test
  void aLayerUsedTwiceMovesTheStatisticsTwice() {
    Build build = Build.training();
    Value x = build.input(2, 2, 2);
    build.net().apply("norm", new BatchNorm(), x);
    Value y = build.net().apply("norm", new BatchNorm(), x);

    HostTensor mean = build.run(y, Map.of("x", X)).get("norm.runningMean");

    // 0.9 * 0.25 + 0.1 * 2.5
    assertThat(mean.get(0)).isCloseTo(0.475, EXACT);
  }

  @Test
  void inferenceUsesTheRunningStatisticsAndKeepsThem() {
    Map<String, HostTensor> results = run(Build.inference(), new BatchNorm().epsilon(3));

    // Running mean 0 and variance 1, so x / sqrt(1 + 3).
    assertThat(results.get("y").toDoubleArray())
        .containsExactly(new double[] {0.5, 1, 3.5, 3.5, 1.5, 2, 3.5, 3.5}, EXACT);
    assertThat(results.get("norm.runningMean").toDoubleArray()).containsExactly(0, 0);
    assertThat(results.get("norm.runningVariance").toDoubleArray()).containsExactly(1, 1);
  }

  @Test
  void whatCannotBeNormalizedIsSaid() {
    assertThatThrownBy(() -> Build.training().shape(new BatchNorm(), 1, 3))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "net/it: batchNorm: training needs more than one value per channel, found [1, 3]");
    assertThatThrownBy(() -> Build.inference().shape(new BatchNorm(), 3))
        .hasMessage("net/it: batchNorm: expected [N, C, ...], found [3]");
    assertThatThrownBy(() -> new BatchNorm().momentum(2))
        .hasMessage("batchNorm: momentum must be in [0, 1], found 2.0");
  }
}
