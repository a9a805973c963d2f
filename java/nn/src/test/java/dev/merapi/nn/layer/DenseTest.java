package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.GraphException;
import dev.merapi.nn.Build;
import dev.merapi.nn.init.Constant;
import dev.merapi.nn.init.Ones;
import dev.merapi.nn.init.Zeros;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DenseTest {
  private final Build build = Build.training();

  @Test
  void mapsFeaturesToUnits() {
    assertThat(build.shape(new Dense(3), 2, 5)).containsExactly(2, 3);
    assertThat(build.variables()).containsExactly("it.weight F32[3, 5]", "it.bias F32[3]");
  }

  @Test
  void theBiasIsAnOption() {
    build.shape(new Dense(3).bias(false), 2, 5);

    assertThat(build.variables()).containsExactly("it.weight F32[3, 5]");
  }

  @Test
  void weightAndBiasBeginWithinOneOverTheRootOfTheFan() {
    build.shape(new Dense(1000), 1, 16);

    for (String path : new String[] {"it.weight", "it.bias"}) {
      double[] values = build.variable(path).initial().get().toDoubleArray();
      double largest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
      assertThat(largest).isCloseTo(0.25, within(0.005)).isLessThanOrEqualTo(0.25);
    }
  }

  @Test
  void initialisersAreOptions() {
    build.shape(new Dense(2).weightInit(new Ones()).biasInit(new Constant(3)), 1, 1);

    assertThat(build.variable("it.weight").initial().get().toFloatArray()).containsExactly(1, 1);
    assertThat(build.variable("it.bias").initial().get().toFloatArray()).containsExactly(3, 3);
    assertThat(new Dense(2).biasInit(new Zeros()).biasInit()).isEqualTo(new Zeros());
  }

  @Test
  void mapsTheLastAxisOfASequence() {
    assertThat(build.shape(new Dense(3), 7, 2, 5)).containsExactly(7, 2, 3);
    assertThat(build.variables()).containsExactly("it.weight F32[3, 5]", "it.bias F32[3]");
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatThrownBy(() -> build.shape(new Dense(3), 5))
        .isInstanceOf(GraphException.class)
        .hasMessage("net/it: dense: expected [N, ..., features], found [5]");
    assertThatThrownBy(() -> new Dense(0)).hasMessage("dense: units must be at least 1, found 0");
  }

  @Test
  void flattenPutsTheFeaturesInARow() {
    assertThat(build.shape(new Flatten(), 2, 16, 5, 5)).containsExactly(2, 400);
    assertThat(Build.training().shape(new Flatten(), 2)).containsExactly(2, 1);
  }
}
