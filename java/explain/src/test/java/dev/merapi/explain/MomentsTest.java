package dev.merapi.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import org.junit.jupiter.api.Test;

class MomentsTest {
  /** 0 to n - 1: mean (n - 1) / 2, variance (n^2 - 1) / 12, sum of squares (n-1) n (2n-1) / 6. */
  @Test
  void partsOfConsecutiveNumbersMergeToTheWhole() {
    int n = 1000;
    Moments all = Moments.NONE;
    for (int from = 0; from < n; from += 7) {
      double[] part = new double[Math.min(7, n - from)];
      for (int i = 0; i < part.length; i++) {
        part[i] = from + i;
      }
      all = all.merge(Moments.of(HostTensor.of(Shape.of(part.length), part)));
    }
    assertThat(all.count()).isEqualTo(1000);
    assertThat(all.mean()).isCloseTo(499.5, within(1e-9));
    assertThat(all.standardDeviation()).isCloseTo(Math.sqrt(999_999 / 12.0), within(1e-9));
    assertThat(all.norm()).isCloseTo(Math.sqrt(332_833_500), within(1e-7));
    assertThat(all.shareOfZeros()).isEqualTo(0.001);
  }

  /** A small spread far from 0 survives, which a difference of squares would not show. */
  @Test
  void aLargeMeanKeepsTheSpread() {
    Moments a = Moments.of(HostTensor.of(Shape.of(2), 1e9, 1e9 + 2));
    Moments b = Moments.of(HostTensor.of(Shape.of(2), 1e9 + 4, 1e9 + 6));
    assertThat(a.merge(b).standardDeviation()).isCloseTo(Math.sqrt(5), within(1e-6));
  }

  @Test
  void noNumbersChangeNothing() {
    Moments one = Moments.of(HostTensor.of(Shape.of(2), 1.0, 3.0));
    assertThat(Moments.NONE.merge(one)).isEqualTo(one);
    assertThat(one.merge(Moments.NONE)).isEqualTo(one);
    assertThat(Moments.NONE.merge(Moments.NONE)).isEqualTo(Moments.NONE);
    assertThat(Moments.NONE.standardDeviation()).isZero();
  }
}
