package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Build;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Sequential;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ActivationTest {
  /** An activation and its values at -1 and 2, from tables of the functions. */
  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of(new Relu(), 0, 2),
        Arguments.of(new LeakyRelu(), -0.01, 2),
        Arguments.of(new LeakyRelu(0.2), -0.2, 2),
        Arguments.of(new Elu(), -0.6321206, 2),
        Arguments.of(new Elu(2), -1.2642411, 2),
        Arguments.of(new Gelu(), -0.1586553, 1.9544997),
        Arguments.of(new Silu(), -0.2689414, 1.7615942),
        Arguments.of(new Sigmoid(), 0.2689414, 0.8807971),
        Arguments.of(new Tanh(), -0.7615942, 0.9640276),
        Arguments.of(new Softplus(), 0.3132617, 2.1269280),
        Arguments.of(new Selu(), -1.1113307, 2.1014020),
        Arguments.of(new PreLu(), -0.25, 2),
        Arguments.of(new PreLu().perChannel(true).init(0.1), -0.1, 2),
        Arguments.of(new Step(), 0, 1));
  }

  @ParameterizedTest
  @MethodSource("values")
  void keepsTheShapeAndHasTheKnownValues(Activation activation, double below, double above) {
    Build build = Build.inference();
    HostTensor x = HostTensor.of(Shape.of(1, 2), -1f, 2f);

    HostTensor y =
        build.run(build.net().apply("it", activation, build.input(1, 2)), Map.of("x", x)).get("y");

    assertThat(y.shape()).isEqualTo(Shape.of(1, 2));
    assertThat(y.get(0)).isCloseTo(below, within(1e-6));
    assertThat(y.get(1)).isCloseTo(above, within(1e-6));
  }

  @Test
  void theStepIsOneAtZero() {
    assertThat(run(new Step(), HostTensor.of(Shape.of(1, 4), 0f, -0f, 1e-30f, -1e-30f)))
        .containsExactly(1, 1, 1, 0);
  }

  @Test
  void nothingBeforeAStepLearns() {
    Build build = Build.training();
    Value y = build.net().apply("it", Sequential.of(new Dense(2), new Step()), build.input(3, 4));

    assertThat(Differentiator.gradients(Ops.sum(y), build.net().parameters()))
        .allSatisfy(gradient -> assertThat(gradient.op()).isInstanceOf(Constant.class));
  }

  @Test
  void maxoutTakesTheLargestOfNeighbours() {
    HostTensor x = HostTensor.of(Shape.of(1, 6), 1f, -2f, 3f, -4f, -5f, -6f);

    assertThat(run(new Maxout(), x)).containsExactly(1, 3, -5);
    assertThat(run(new Maxout(3), x)).containsExactly(3, -4);
    assertThat(Build.inference().shape(new Maxout(4), 2, 8, 3, 5)).containsExactly(2, 2, 3, 5);
    assertThatThrownBy(() -> Build.inference().shape(new Maxout(4), 2, 6))
        .hasMessage(
            "net/it: maxout: expected [N, C, ...] with a multiple of 4 channels, found [2, 6]");
    assertThatThrownBy(() -> new Maxout(0)).hasMessageContaining("found 0");
  }

  @Test
  void preLuHasOneSlopeOrOneForEachChannel() {
    Build one = Build.training();
    Build each = Build.training();
    one.shape(new PreLu(), 2, 3, 4, 4);
    each.shape(new PreLu().perChannel(true), 2, 3, 4, 4);

    assertThat(one.variables()).containsExactly("it.weight F32[1]");
    assertThat(each.variables()).containsExactly("it.weight F32[3]");
    assertThatThrownBy(() -> Build.training().shape(new PreLu().perChannel(true), 3))
        .hasMessage("net/it: preLu: expected [N, C, ...], found [3]");
  }

  private static float[] run(Layer layer, HostTensor x) {
    Build build = Build.inference();
    Value y = build.net().apply("it", layer, build.input(x.shape().toArray()));
    return build.run(y, Map.of("x", x)).get("y").toFloatArray();
  }
}
