package dev.merapi.nn.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InitializersTest {
  private static final Philox.Key KEY = Philox.Key.of(7, "conv.weight", 0);

  /** 64 filters over 32 channels of 5x5: fans of 800 and 1600. */
  private static final TensorType CONV = TensorType.f32(64, 32, 5, 5);

  private static final int COUNT = 51_200;

  /** Initialiser, standard deviation and largest magnitude (infinity: none). */
  static Stream<Arguments> spreads() {
    double none = Double.POSITIVE_INFINITY;
    return Stream.of(
        Arguments.of(new Uniform(-0.3, 0.3), 0.173205, 0.3),
        Arguments.of(new Normal(0, 0.4), 0.4, none),
        Arguments.of(new TruncatedNormal(0, 0.5), 0.439813, 1.0),
        Arguments.of(new XavierUniform(), 0.0288675, 0.05),
        Arguments.of(new XavierNormal(), 0.0288675, none),
        Arguments.of(new HeUniform(), 0.05, 0.0866026),
        Arguments.of(new HeNormal(), 0.05, none),
        Arguments.of(new HeNormal(1), 0.0353553, none),
        Arguments.of(new LecunUniform(), 0.0353553, 0.0612373),
        Arguments.of(new LecunNormal(), 0.0353553, none),
        Arguments.of(new FanInUniform(), 0.0204124, 0.0353554));
  }

  @ParameterizedTest
  @MethodSource("spreads")
  void meanAndSpreadAreThePapers(Initializer init, double std, double bound) {
    double[] values = init.create(CONV, KEY).toDoubleArray();
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / COUNT;

    // Four standard errors: std / sqrt(n), and at most variance * sqrt(2 / n).
    assertThat(mean).isCloseTo(0, within(4 * std / Math.sqrt(COUNT)));
    assertThat(variance).isCloseTo(std * std, within(4 * std * std * Math.sqrt(2.0 / COUNT)));
    assertThat(Arrays.stream(values).map(Math::abs).max().orElseThrow()).isLessThanOrEqualTo(bound);
  }

  @ParameterizedTest
  @MethodSource("spreads")
  void oneKeyGivesTheSameBitsAndAnotherKeyOthers(Initializer init, double std, double bound) {
    HostTensor tensor = init.create(CONV, KEY);

    assertThat(init.create(CONV, KEY)).isEqualTo(tensor);
    assertThat(init.create(CONV, Philox.Key.of(7, "conv.bias", 0))).isNotEqualTo(tensor);
    assertThat(init.create(CONV, Philox.Key.of(8, "conv.weight", 0))).isNotEqualTo(tensor);
    assertThat(init.create(CONV.withDType(DType.F64), KEY).to(DType.F32)).isEqualTo(tensor);
  }

  @Test
  void theMeanIsMoved() {
    double[] normal = new Normal(3, 0.1).create(CONV, KEY).toDoubleArray();
    double[] uniform = new Uniform(2, 4).create(CONV, KEY).toDoubleArray();

    assertThat(Arrays.stream(normal).average().orElseThrow()).isCloseTo(3, within(0.002));
    assertThat(Arrays.stream(uniform).average().orElseThrow()).isCloseTo(3, within(0.011));
  }

  @Test
  void fillsAreExact() {
    TensorType pair = TensorType.f32(2);

    assertThat(new Zeros().create(pair, KEY).toFloatArray()).containsExactly(0, 0);
    assertThat(new Ones().create(pair, KEY).toFloatArray()).containsExactly(1, 1);
    assertThat(new Constant(0.25).create(pair, KEY).toFloatArray()).containsExactly(0.25f, 0.25f);
  }

  @Test
  void fansCountTheReceptiveField() {
    assertThat(Fans.of(Shape.of(10, 84))).isEqualTo(new Fans(84, 10));
    assertThat(Fans.of(Shape.of(16, 6, 5, 5))).isEqualTo(new Fans(150, 400));
    assertThat(Fans.of(Shape.of(7))).isEqualTo(new Fans(7, 7));
    assertThat(Fans.of(Shape.SCALAR)).isEqualTo(new Fans(1, 1));
  }

  @Test
  void aBiasTakesTheFansOfItsWeight() {
    Initializer bias = new FanInUniform().forBiasOf(Shape.of(1000, 4));
    double[] values = bias.create(TensorType.f32(1000), KEY).toDoubleArray();

    assertThat(Arrays.stream(values).map(Math::abs).max().orElseThrow()).isBetween(0.49, 0.5);
    assertThat(new Zeros().forBiasOf(Shape.of(1000, 4))).isEqualTo(new Zeros());
  }

  @ParameterizedTest
  @MethodSource("matrices")
  void orthogonalRowsOrColumnsAreOrthonormal(Shape shape, int rows, int columns) {
    TensorType type = new TensorType(DType.F64, shape);
    double[] w = new Orthogonal(2).create(type, KEY).toDoubleArray();

    boolean wide = rows <= columns;
    for (int a = 0; a < Math.min(rows, columns); a++) {
      for (int b = 0; b < Math.min(rows, columns); b++) {
        double dot = 0;
        for (int k = 0; k < Math.max(rows, columns); k++) {
          dot +=
              wide
                  ? w[a * columns + k] * w[b * columns + k]
                  : w[k * columns + a] * w[k * columns + b];
        }
        assertThat(dot).isCloseTo(a == b ? 4 : 0, within(1e-12));
      }
    }
  }

  static Stream<Arguments> matrices() {
    return Stream.of(
        Arguments.of(Shape.of(30, 30), 30, 30),
        Arguments.of(Shape.of(7, 20), 7, 20),
        Arguments.of(Shape.of(20, 7), 20, 7),
        Arguments.of(Shape.of(8, 3, 2, 2), 8, 12));
  }

  @Test
  void theIdentityPassesChannelsOn() {
    assertThat(new Identity().create(TensorType.f32(2, 3), KEY).toFloatArray())
        .containsExactly(1, 0, 0, 0, 1, 0);
    assertThat(new Identity(2).create(TensorType.f32(2, 2, 1, 3), KEY).toFloatArray())
        .containsExactly(0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0);
  }

  @Test
  void whatCannotBeIsSaid() {
    assertThatThrownBy(() -> new Identity().create(TensorType.f32(3), KEY))
        .isInstanceOf(GraphException.class)
        .hasMessage("identity: expected a weight [out, in, ...], found [3]");
    assertThatThrownBy(() -> new Orthogonal().create(TensorType.f32(3), KEY))
        .hasMessage("orthogonal: expected a weight [out, in, ...], found [3]");
    assertThatThrownBy(() -> new Normal(0, -1))
        .hasMessage("normal: std must be at least 0, found -1.0");
    assertThatThrownBy(() -> new TruncatedNormal(0, -1))
        .hasMessage("truncatedNormal: std must be at least 0, found -1.0");
    assertThatThrownBy(() -> new Uniform(1, 0)).hasMessage("uniform: low 1.0 is above high 0.0");
  }
}
