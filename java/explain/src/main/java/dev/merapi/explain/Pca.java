package dev.merapi.explain;

import dev.merapi.core.scalar.Philox;
import java.util.Arrays;

/**
 * Principal component analysis: the directions in which some points vary most, which are the
 * eigenvectors of their covariance C = X^T X / (n - 1), where the rows of X are the points less
 * their mean.
 *
 * <p>They are found by subspace iteration, V = orth(C V), with a few vectors more than wanted and a
 * Rayleigh-Ritz step by Jacobi rotations, until |C v - lambda v| is below 1e-10 of the largest
 * eigenvalue: C is never built, and the first few components of a thousand points cost
 * milliseconds, which is why no library of linear algebra is needed. Components that vary equally
 * are any basis of their plane. The largest coordinate of each component is positive.
 *
 * <p>Source: Pearson, Philosophical Magazine 2(11), 1901; Hotelling, 1933; Golub and Van Loan,
 * Matrix Computations, chapter 8.2.
 *
 * @param mean [d], of the points
 * @param components [k][d], of length 1, in the order of their variances
 * @param variances [k], of the points along the components
 * @param totalVariance of the points in all directions
 */
public record Pca(double[] mean, double[][] components, double[] variances, double totalVariance) {
  private static final double TOLERANCE = 1e-10;
  private static final int MAX_ITERATIONS = 2000;

  /** Vectors that are iterated beside those that are wanted, so that these converge soon. */
  private static final int MORE = 10;

  /**
   * Finds the first components.
   *
   * @param points [n][d], at least two
   * @param k how many; at most d
   * @throws IllegalArgumentException when there are fewer points or coordinates than that
   */
  public static Pca of(double[][] points, int k) {
    if (points.length < 2 || k < 1 || k > points[0].length) {
      throw new IllegalArgumentException(
          "pca: expected at least 2 points and 1 to d components, found %d points and %d components"
              .formatted(points.length, k));
    }
    int d = points[0].length;
    double[] mean = new double[d];
    for (double[] point : points) {
      for (int j = 0; j < d; j++) {
        mean[j] += point[j] / points.length;
      }
    }
    double[][] centred = new double[points.length][d];
    double total = 0;
    for (int i = 0; i < points.length; i++) {
      for (int j = 0; j < d; j++) {
        centred[i][j] = points[i][j] - mean[j];
        total += centred[i][j] * centred[i][j];
      }
    }
    double[][] basis = new double[Math.min(d, k + MORE)][d];
    Philox.Key key = Philox.Key.of(0, "pca", 0);
    for (int i = 0; i < basis.length; i++) {
      for (int j = 0; j < d; j++) {
        basis[i][j] = Philox.normal(key, i * d + j, 0, 0);
      }
    }
    double[] values = iterate(centred, basis, k);
    double[][] components = Arrays.copyOf(basis, k);
    for (double[] component : components) {
      orient(component);
    }
    double[] variances = Arrays.copyOf(values, k);
    return new Pca(mean, components, variances, total / (points.length - 1));
  }

  /** Turns the basis into eigenvectors; gives the eigenvalues, the largest first. */
  private static double[] iterate(double[][] centred, double[][] basis, int k) {
    orthonormalize(basis);
    for (int iteration = 1; ; iteration++) {
      double[][] images = covarianceTimes(centred, basis);
      double[][] small = new double[basis.length][basis.length];
      for (int i = 0; i < basis.length; i++) {
        for (int j = 0; j <= i; j++) {
          small[i][j] = dot(basis[i], images[j]);
          small[j][i] = small[i][j];
        }
      }
      SymmetricEigen eigen = SymmetricEigen.of(small);
      combine(basis, eigen.vectors());
      combine(images, eigen.vectors());
      double[] values = eigen.values();
      double worst = 0;
      for (int i = 0; i < k; i++) {
        double square = 0;
        for (int j = 0; j < basis[i].length; j++) {
          double residual = images[i][j] - values[i] * basis[i][j];
          square += residual * residual;
        }
        worst = Math.max(worst, Math.sqrt(square));
      }
      if (worst <= TOLERANCE * Math.abs(values[0]) || iteration == MAX_ITERATIONS) {
        return values;
      }
      for (int i = 0; i < basis.length; i++) {
        basis[i] = images[i];
      }
      orthonormalize(basis);
    }
  }

  private static double[][] covarianceTimes(double[][] centred, double[][] basis) {
    double[][] images = new double[basis.length][basis[0].length];
    for (double[] point : centred) {
      for (int i = 0; i < basis.length; i++) {
        double along = dot(point, basis[i]) / (centred.length - 1);
        for (int j = 0; j < point.length; j++) {
          images[i][j] += along * point[j];
        }
      }
    }
    return images;
  }

  /** Replaces the rows by sums of them, weighted by the columns of a matrix. */
  private static void combine(double[][] rows, double[][] weights) {
    double[][] old = rows.clone();
    for (int i = 0; i < rows.length; i++) {
      rows[i] = new double[old[0].length];
      for (int r = 0; r < old.length; r++) {
        for (int j = 0; j < rows[i].length; j++) {
          rows[i][j] += weights[r][i] * old[r][j];
        }
      }
    }
  }

  /** Gram and Schmidt, twice; what is left of a dependent row is a unit vector that is not. */
  private static void orthonormalize(double[][] rows) {
    for (int i = 0; i < rows.length; i++) {
      double before = Math.sqrt(dot(rows[i], rows[i]));
      project(rows, i);
      double left = Math.sqrt(dot(rows[i], rows[i]));
      for (int axis = 0; !(left > 1e-12 * before); axis++) {
        Arrays.fill(rows[i], 0);
        rows[i][axis] = 1;
        project(rows, i);
        left = Math.sqrt(dot(rows[i], rows[i]));
        before = 1;
      }
      scale(rows[i], 1 / left);
      project(rows, i);
      scale(rows[i], 1 / Math.sqrt(dot(rows[i], rows[i])));
    }
  }

  private static void project(double[][] rows, int row) {
    for (int i = 0; i < row; i++) {
      double along = dot(rows[row], rows[i]);
      for (int j = 0; j < rows[row].length; j++) {
        rows[row][j] -= along * rows[i][j];
      }
    }
  }

  private static void scale(double[] row, double factor) {
    for (int j = 0; j < row.length; j++) {
      row[j] *= factor;
    }
  }

  private static void orient(double[] component) {
    double largest = 0;
    for (double value : component) {
      largest = Math.abs(value) > Math.abs(largest) ? value : largest;
    }
    scale(component, largest < 0 ? -1 : 1);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /** The points along the components: [n][k]. */
  public double[][] transform(double[][] points) {
    double[][] along = new double[points.length][components.length];
    for (int i = 0; i < points.length; i++) {
      for (int c = 0; c < components.length; c++) {
        along[i][c] = dot(points[i], components[c]) - dot(mean, components[c]);
      }
    }
    return along;
  }

  /** The share of all variance that is along a component, from 0 to 1. */
  public double explained(int component) {
    return totalVariance == 0 ? 0 : variances[component] / totalVariance;
  }
}
