package dev.merapi.train.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GaussianProcessTest {
  private static final double[][] X = {{0.1, 0.3}, {0.4, 0.9}, {0.8, 0.2}, {0.55, 0.6}};
  private static final double[] Y = {1.2, -0.3, 0.7, 0.1};

  /**
   * NumPy, with K = matern52(X, X) + 1e-3 I, explicit inverses and v = (y - m) K^-1 (y - m) / 4:
   * the mean is m + k K^-1 (y - m), the deviation sqrt(v (1 - k K^-1 k)), the likelihood that of a
   * normal distribution with covariance v K.
   */
  @Test
  void goldenNumbers() {
    GaussianProcess process = new GaussianProcess(X, Y, new double[] {0.4, 0.7}, 1e-3);
    assertThat(process.logLikelihood()).isCloseTo(-3.6147421376037814, within(1e-12));
    requirePrediction(process, 0.3, 0.5, 0.5284831675510484, 0.28561482130478266);
    requirePrediction(process, 0.4, 0.9, -0.2985594303214098, 0.02360795804175937);
    requirePrediction(process, 1, 1, 0.28658313855575357, 0.6699830156353734);
  }

  private static void requirePrediction(
      GaussianProcess process, double a, double b, double mean, double deviation) {
    GaussianProcess.Prediction found = process.at(new double[] {a, b});
    assertThat(found.mean()).isCloseTo(mean, within(1e-12));
    assertThat(found.deviation()).isCloseTo(deviation, within(1e-12));
  }

  /** Without noise it goes through the values, and far away it knows their mean alone. */
  @Test
  void interpolatesAndForgets() {
    GaussianProcess process = new GaussianProcess(X, Y, new double[] {0.3, 0.3}, 0);
    for (int i = 0; i < X.length; i++) {
      assertThat(process.at(X[i]).mean()).isCloseTo(Y[i], within(1e-9));
      assertThat(process.at(X[i]).deviation()).isCloseTo(0, within(1e-6));
    }
    assertThat(process.at(new double[] {50, 50}).mean()).isCloseTo(1.7 / 4, within(1e-9));
  }

  /** One value y at distance r: the kernel's closed form at r = 1 with length 1. */
  @Test
  void kernel() {
    double r = Math.sqrt(5);
    double k = (1 + r + 5.0 / 3) * Math.exp(-r);
    double[][] x = {{0}, {1}};
    GaussianProcess process = new GaussianProcess(x, new double[] {-1, 1}, new double[] {1}, 0);
    // K^-1 (-1, 1) = (-1, 1) / (1 - k), so v = 1 / (1 - k), and log det K = log(1 - k^2)
    double v = 1 / (1 - k);
    double expected = -0.5 * (2 * Math.log(2 * Math.PI * v) + Math.log(1 - k * k) + 2);
    assertThat(process.logLikelihood()).isCloseTo(expected, within(1e-12));
    assertThat(process.at(new double[] {0.5}).mean()).isCloseTo(0, within(1e-12));
  }

  @Test
  void pointsThatAreTheSameNeedNoise() {
    double[][] x = {{0.5}, {0.5}};
    double[] y = {1, 2};
    assertThatThrownBy(() -> new GaussianProcess(x, y, new double[] {1}, 0))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("expected a positive definite matrix");
    assertThat(new GaussianProcess(x, y, new double[] {1}, 0.1).at(x[0]).mean())
        .isCloseTo(1.5, within(1e-12));
  }

  /** NumPy: the integral of max(0, best - x) times the normal density, 2,000,001 points. */
  @Test
  void expectedImprovement() {
    assertThat(improvement(0.5, 0.2, 0.4)).isCloseTo(0.03955931148, within(1e-10));
    assertThat(improvement(0, 1, 0)).isCloseTo(1 / Math.sqrt(2 * Math.PI), within(1e-15));
    assertThat(improvement(1, 0.5, -1)).isCloseTo(3.572629216e-06, within(1e-13));
    assertThat(improvement(0.1, 0.3, 0.9)).isCloseTo(0.80035449135, within(1e-10));
    assertThat(improvement(0.25, 0, 1)).isEqualTo(0.75);
    assertThat(improvement(1, 0, 0.25)).isZero();
  }

  private static double improvement(double mean, double deviation, double best) {
    return new GaussianProcess.Prediction(mean, deviation).expectedImprovement(best);
  }

  /** Values that a wavy function of the first feature made: the second one gets a great length. */
  @Test
  void fitSeesWhichFeatureMatters() {
    double[][] x = new double[20][];
    double[] y = new double[20];
    for (int i = 0; i < 20; i++) {
      x[i] = new double[] {i / 19.0, (i * 7 % 20) / 19.0};
      y[i] = Math.sin(7 * x[i][0]);
    }
    GaussianProcess process = KernelFit.of(x, y, new int[] {0, 1});
    assertThat(process.at(new double[] {0.4737, 0.9}).mean())
        .isCloseTo(Math.sin(7 * 0.4737), within(0.05));
    assertThat(process.logLikelihood())
        .isGreaterThan(new GaussianProcess(x, y, new double[] {0.4, 0.4}, 1e-4).logLikelihood());
  }
}
