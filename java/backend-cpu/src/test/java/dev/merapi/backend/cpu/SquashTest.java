package dev.merapi.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class SquashTest {
  @Test
  void isNearTheDoublePrecisionFunctions() {
    for (float x = -20; x <= 20; x += 0.001f) {
      assertThat((double) Squash.tanh(x)).as("%s", x).isCloseTo(Math.tanh(x), within(3e-7));
      assertThat((double) Squash.sigmoid(x))
          .as("%s", x)
          .isCloseTo(1 / (1 + Math.exp(-x)), within(3e-7));
    }
  }

  @Test
  void staysBetweenItsLimits() {
    for (float x : new float[] {Float.POSITIVE_INFINITY, Float.MAX_VALUE, 100}) {
      assertThat(Squash.tanh(x)).isBetween(0.9999996f, 1f);
      assertThat(Squash.tanh(-x)).isBetween(-1f, -0.9999996f);
      assertThat(Squash.sigmoid(x)).isBetween(0.9999996f, 1f);
      assertThat(Squash.sigmoid(-x)).isBetween(0f, 4e-7f);
    }
  }

  @Test
  void keepsSmallNumbersAndNaN() {
    assertThat(Squash.tanh(1e-30f)).isCloseTo(1e-30f, within(1e-36f));
    assertThat(Squash.sigmoid(0)).isEqualTo(0.5f);
    assertThat(Squash.tanh(Float.NaN)).isNaN();
    assertThat(Squash.sigmoid(Float.NaN)).isNaN();
  }
}
