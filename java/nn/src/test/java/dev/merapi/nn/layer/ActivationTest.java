package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Build;
import java.util.Map;
import java.util.stream.Stream;
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
        Arguments.of(new Softplus(), 0.3132617, 2.1269280));
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
}
