package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.random.Dropout;
import dev.merapi.nn.Build;
import org.junit.jupiter.api.Test;

class DropoutTest {
  private static final dev.merapi.nn.layer.Dropout HALF = new dev.merapi.nn.layer.Dropout();

  @Test
  void dropsOnlyWhileTraining() {
    Build training = Build.training();
    Build inference = Build.inference();
    Value x = inference.input(4, 3);

    Value dropped = training.net().apply("dropout1", HALF, training.input(4, 3));

    assertThat(dropped.op()).isInstanceOf(Dropout.class);
    assertThat(((Dropout) dropped.op()).rate()).isEqualTo(0.5);
    assertThat(inference.net().apply("dropout1", HALF, x)).isSameAs(x);
  }

  @Test
  void twoLayersDropDifferently() {
    Build build = Build.training();
    Value x = build.input(4, 3);

    Value first = build.net().apply("dropout1", HALF, x);
    Value second = build.net().apply("dropout2", HALF, x);

    assertThat(first.op()).isNotEqualTo(second.op());
  }

  @Test
  void rateIsAProbabilityBelowOne() {
    assertThatThrownBy(() -> new dev.merapi.nn.layer.Dropout(1))
        .isInstanceOf(GraphException.class)
        .hasMessage("dropout: rate must be in [0, 1), found 1.0");
  }
}
