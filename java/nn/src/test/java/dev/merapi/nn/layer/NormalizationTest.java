package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Build;
import dev.merapi.nn.Layer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NormalizationTest {
  private static double[] run(Layer layer, HostTensor x) {
    Build build = Build.inference();
    int[] dims = x.shape().toArray();
    return build
        .run(build.net().apply("it", layer, build.input(dims)), Map.of("x", x))
        .get("y")
        .toDoubleArray();
  }

  @Test
  void layerNormStandardizesEachRow() {
    HostTensor x = HostTensor.of(Shape.of(2, 2), 1f, 3f, -5f, 5f);

    // (1 - 2) / sqrt(1 + 3), then 5 / sqrt(25 + 3)
    assertThat(run(new LayerNorm().epsilon(3), x))
        .containsExactly(new double[] {-0.5, 0.5, -0.9449112, 0.9449112}, within(1e-6));
  }

  @Test
  void layerNormHasParametersOfTheNormalizedAxes() {
    Build one = Build.training();
    Build two = Build.training();

    assertThat(one.shape(new LayerNorm(), 2, 3, 4)).containsExactly(2, 3, 4);
    two.shape(new LayerNorm().axes(2), 2, 3, 4);

    assertThat(one.variables()).containsExactly("it.weight F32[4]", "it.bias F32[4]");
    assertThat(two.variables()).containsExactly("it.weight F32[3, 4]", "it.bias F32[3, 4]");
    assertThatThrownBy(() -> Build.training().shape(new LayerNorm().axes(2), 3, 4))
        .hasMessage("net/it: layerNorm: expected the batch axis and 2 to normalize, found [3, 4]");
  }

  @Test
  void localResponseNormDividesByTheNeighbours() {
    HostTensor x = HostTensor.of(Shape.of(1, 3, 1), 1f, 2f, 3f);
    LocalResponseNorm norm = new LocalResponseNorm(3).alpha(3).beta(1).k(2);

    // 2 + (1 + 4), 2 + (1 + 4 + 9), 2 + (4 + 9)
    assertThat(run(norm, x))
        .containsExactly(new double[] {1 / 7.0, 2 / 16.0, 3 / 15.0}, within(1e-6));
    assertThatThrownBy(() -> new LocalResponseNorm(0)).hasMessageContaining("found 0");
  }

  @Test
  void softmaxSumsToOneAlongItsAxis() {
    HostTensor x = HostTensor.of(Shape.of(1, 3), 0f, 0.6931472f, 1.0986123f);

    // exp gives 1, 2 and 3
    assertThat(run(new Softmax(), x))
        .containsExactly(new double[] {1 / 6.0, 2 / 6.0, 3 / 6.0}, within(1e-6));
    assertThat(run(new Softmax(0), x)).containsExactly(1, 1, 1);
    assertThatThrownBy(() -> Build.inference().shape(new Softmax(2), 1, 3))
        .hasMessage("net/it: softmax: no axis 2 in [1, 3]");
  }
}
