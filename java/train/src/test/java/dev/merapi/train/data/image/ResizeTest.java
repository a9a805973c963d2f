package dev.merapi.train.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ResizeTest {
  @Test
  void theSameSizeChangesNothing() {
    double[] plane = {1, 2, 3, 4, 5, 6};
    assertThat(Resize.bilinear(plane, 2, 3, 2, 3)).containsExactly(plane, within(1e-12));
  }

  /** Twice as wide: new pixels lie a quarter from the middle of the old ones. */
  @Test
  void largerIsInterpolated() {
    assertThat(Resize.bilinear(new double[] {0, 100}, 1, 2, 1, 4))
        .containsExactly(new double[] {0, 25, 75, 100}, within(1e-12));
  }

  /** Half as wide: weights 0.75, 0.75, 0.25 at the edge, 0.25, 0.75, 0.75, 0.25 inside. */
  @Test
  void smallerIsAveraged() {
    double[] column = {7, 14, 21, 28, 35, 42};
    double first = (0.75 * 7 + 0.75 * 14 + 0.25 * 21) / 1.75;
    double last = (0.25 * 28 + 0.75 * 35 + 0.75 * 42) / 1.75;
    assertThat(Resize.bilinear(column, 6, 1, 3, 1))
        .containsExactly(new double[] {first, 24.5, last}, within(1e-12));
  }
}
