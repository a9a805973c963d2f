package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Build;
import dev.merapi.nn.init.Constant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DropConnectTest {
  private static final DropConnect LAYER =
      new DropConnect(40).weightInit(new Constant(3)).biasInit(new Constant(5));

  private static double[] run(Build build, DropConnect layer, HostTensor x) {
    Value y = build.net().apply("it", layer, build.input(x.shape().toArray()));
    return build.run(y, Map.of("x", x)).get("y").toDoubleArray();
  }

  private static HostTensor identity(int size) {
    HostTensor x = HostTensor.zeros(TensorType.f32(size, size));
    for (int i = 0; i < size; i++) {
      x.set(i * size + i, 1);
    }
    return x;
  }

  /** With unit vectors as inputs the outputs are the weights: dropped, or 3 / (1 - 0.25) = 4. */
  @Test
  void dropsConnectionsAndScalesTheOthers() {
    double[] y = run(Build.training(), LAYER.rate(0.25).bias(false), identity(50));
    assertThat(Arrays.stream(y).distinct().sorted().toArray()).containsExactly(0, 4);
    assertThat(Arrays.stream(y).filter(v -> v == 0).count())
        .as("a quarter of 2000, within five deviations of 19.4")
        .isBetween(403L, 597L);
  }

  /** Without inputs the outputs are the biases, dropped or 5 / (1 - 0.5), alike in each row. */
  @Test
  void dropsBiasesAlikeForAllSamples() {
    double[] y = run(Build.training(), LAYER, HostTensor.zeros(TensorType.f32(2, 3)));
    assertThat(Arrays.copyOf(y, 40)).contains(0, 10).isEqualTo(Arrays.copyOfRange(y, 40, 80));
    assertThat(Arrays.stream(y).distinct().count()).isEqualTo(2);
  }

  @Test
  void isDenseInInference() {
    HostTensor x = HostTensor.filled(TensorType.f32(2, 3, 4), 0.5);
    assertThat(run(Build.inference(), LAYER, x)).hasSize(2 * 3 * 40).containsOnly(4 * 1.5 + 5);
    assertThat(Build.training().shape(LAYER, 2, 3, 4)).containsExactly(2, 3, 40);
    Build build = Build.training();
    build.shape(LAYER, 2, 4);
    assertThat(build.variables()).containsExactly("it.weight F32[40, 4]", "it.bias F32[40]");
  }

  @Test
  void optionsAndShapesAreChecked() {
    assertThatThrownBy(() -> new DropConnect(0))
        .isInstanceOf(GraphException.class)
        .hasMessage("dropConnect: units must be at least 1, found 0");
    assertThatThrownBy(() -> LAYER.rate(1))
        .hasMessage("dropConnect: rate must be in [0, 1), found 1.0");
    assertThatThrownBy(() -> Build.training().shape(LAYER, 3))
        .hasMessageContaining("dropConnect: expected [N, ..., features], found [3]");
  }
}
