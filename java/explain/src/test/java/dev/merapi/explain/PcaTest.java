package dev.merapi.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PcaTest {
  private static void assertClose(double[] found, double... expected) {
    assertThat(found).hasSize(expected.length);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i]).isCloseTo(expected[i], within(1e-7));
    }
  }

  /**
   * NumPy: {@code X = [[(i*i*3 + 5*j*i + j*j*7) % 11 for j in range(4)] for i in range(7)]; u, s,
   * vt = svd(X - X.mean(0)); s ** 2 / 6}, each component's largest coordinate made positive.
   */
  @Test
  void componentsAndVariancesAreThoseOfTheSingularValueDecomposition() {
    double[][] points = new double[7][4];
    for (int i = 0; i < 7; i++) {
      for (int j = 0; j < 4; j++) {
        points[i][j] = (i * i * 3 + 5 * j * i + j * j * 7) % 11;
      }
    }
    Pca pca = Pca.of(points, 3);
    assertClose(pca.variances(), 16.43205296548596, 5.5508934299829376, 3.442454727011249);
    assertClose(pca.components()[0], 0.85452411, -0.28595746, 0.41681096, -0.11952197);
    assertClose(pca.components()[1], 0.19499705, 0.85920534, 0.05497469, -0.4698086);
    assertClose(pca.components()[2], 0.32038826, 0.39960169, -0.13968558, 0.84744191);
    assertThat(pca.totalVariance()).isCloseTo(25.857142857142858, within(1e-12));
    assertThat(pca.explained(0)).isCloseTo(16.43205296548596 / 25.857142857142858, within(1e-9));
  }

  /** Points on a line through (1, 2): one component (3, 4) / 5, nothing is left for the second. */
  @Test
  void pointsOnALine() {
    double[][] points = {{1 - 3, 2 - 4}, {1, 2}, {1 + 3, 2 + 4}};
    Pca pca = Pca.of(points, 2);
    assertClose(pca.components()[0], 0.6, 0.8);
    assertClose(pca.variances(), 25, 0);
    double[][] along = pca.transform(points);
    assertClose(along[0], -5, 0);
    assertClose(along[2], 5, 0);
  }

  /**
   * Many points and coordinates, independent with deviations 8, 4, 1, 1, ...: the axes are found.
   */
  @Test
  void theAxesOfIndependentCoordinates() {
    Random random = new Random(1);
    double[][] points = new double[800][300];
    for (double[] point : points) {
      for (int j = 0; j < point.length; j++) {
        point[j] = random.nextGaussian() * (j == 17 ? 8 : j == 5 ? 4 : 1);
      }
    }
    Pca pca = Pca.of(points, 2);
    assertThat(pca.components()[0][17]).isGreaterThan(0.98);
    assertThat(pca.components()[1][5]).isGreaterThan(0.95);
    assertThat(pca.variances()[0]).isBetween(55.0, 75.0);
  }

  @Test
  void wrongNumbersAreErrors() {
    assertThatThrownBy(() -> Pca.of(new double[][] {{1, 2}}, 1))
        .hasMessageContaining("at least 2 points");
    assertThatThrownBy(() -> Pca.of(new double[3][2], 3)).hasMessageContaining("3 components");
  }

  @Test
  void equalPointsHaveNoVariance() {
    Pca pca = Pca.of(new double[][] {{1, 2}, {1, 2}, {1, 2}}, 2);
    assertClose(pca.variances(), 0, 0);
    assertThat(pca.explained(0)).isZero();
  }
}
