package dev.merapi.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class TsneTest {
  /** Points around the corners of a simplex, far apart. */
  private static double[][] clusters(int clusters, int each) {
    Random random = new Random(3);
    double[][] points = new double[clusters * each][10];
    for (int i = 0; i < points.length; i++) {
      for (int j = 0; j < 10; j++) {
        points[i][j] = random.nextGaussian() + (j == i % clusters ? 20 : 0);
      }
    }
    return points;
  }

  private static double distance(double[] a, double[] b) {
    return Math.hypot(a[0] - b[0], a[1] - b[1]);
  }

  @Test
  void clustersStayApartAndTheCostFalls() {
    int clusters = 4;
    Tsne.Result result = new Tsne().perplexity(10).iterations(500).fit(clusters(clusters, 30));
    double[][] points = result.points();
    for (int i = 0; i < points.length; i++) {
      int nearest = -1;
      for (int j = 0; j < points.length; j++) {
        boolean nearer =
            nearest < 0 || distance(points[i], points[j]) < distance(points[i], points[nearest]);
        nearest = j != i && nearer ? j : nearest;
      }
      assertThat(nearest % clusters).isEqualTo(i % clusters);
    }
    assertThat(result.costs()).hasSize(8);
    assertThat(result.costs().get(7)).isBetween(0.0, 0.9 * result.costs().get(0));
    for (int i = 1; i < 8; i++) {
      assertThat(result.costs().get(i)).isLessThan(result.costs().get(i - 1) + 0.01);
    }
  }

  @Test
  void equalSeedsGiveEqualPoints() {
    double[][] points = clusters(2, 10);
    Tsne tsne = new Tsne().perplexity(5).iterations(50);
    assertThat(tsne.fit(points).points()).isDeepEqualTo(tsne.fit(points).points());
    assertThat(tsne.seed(1).fit(points).points()[0]).isNotEqualTo(tsne.fit(points).points()[0]);
  }

  /** Central differences of the cost. */
  @Test
  void theGradientIsThatOfTheCost() {
    double[] p = new Tsne().perplexity(4).affinities(clusters(3, 5));
    Random random = new Random(7);
    double[] y = random.doubles(30, -2, 2).toArray();
    double[] gradient = Tsne.gradient(p, y, 1);
    for (int i = 0; i < y.length; i++) {
      double before = y[i];
      y[i] = before + 1e-5;
      double above = Tsne.cost(p, y);
      y[i] = before - 1e-5;
      double below = Tsne.cost(p, y);
      y[i] = before;
      assertThat(gradient[i]).isCloseTo((above - below) / 2e-5, within(1e-8));
    }
  }

  @Test
  void affinitiesHaveTheWantedPerplexityAndSumToOne() {
    double[][] points = clusters(1, 40);
    double[] squares = new double[40];
    for (int j = 0; j < 40; j++) {
      for (int k = 0; k < 10; k++) {
        squares[j] += Math.pow(points[3][k] - points[j][k], 2);
      }
    }
    double[] p = new Tsne().perplexity(12).conditional(squares, 3);
    double bits = 0;
    for (int j = 0; j < 40; j++) {
      bits -= p[j] > 0 ? p[j] * Math.log(p[j]) / Math.log(2) : 0;
    }
    assertThat(Math.pow(2, bits)).isCloseTo(12, within(1e-3));
    double sum = 0;
    for (double value : new Tsne().perplexity(12).affinities(points)) {
      sum += 2 * value;
    }
    assertThat(sum).isCloseTo(1, within(1e-9));
  }

  /** Two pairs of equal points: the divergence of two points is 0 whatever their distance. */
  @Test
  void theCostOfOnePairIsZero() {
    assertThat(Tsne.cost(new double[] {0.5}, new double[] {0, 0, 3, 4}))
        .isCloseTo(0, within(1e-12));
  }

  @Test
  void pointsThatCoincideStayFinite() {
    double[][] points = new double[12][3];
    for (double[] point : new Tsne().perplexity(3).iterations(300).fit(points).points()) {
      assertThat(point).doesNotContain(Double.NaN);
      assertThat(Math.hypot(point[0], point[1])).isFinite();
    }
  }

  @Test
  void tooLargePerplexityIsAnError() {
    assertThatThrownBy(() -> new Tsne().fit(clusters(1, 30)))
        .hasMessageContaining("perplexity 30.0 needs more than 30 points");
  }
}
