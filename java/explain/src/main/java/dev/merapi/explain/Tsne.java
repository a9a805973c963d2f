package dev.merapi.explain;

import dev.merapi.core.scalar.Philox;
import java.util.ArrayList;
import java.util.List;

/**
 * t-distributed stochastic neighbour embedding: puts points into the plane so that neighbours stay
 * neighbours. It minimizes the Kullback-Leibler divergence
 *
 * <pre>
 * KL(P || Q) = sum over i, j of p_ij log(p_ij / q_ij)
 * p_j|i = exp(-|x_i - x_j|^2 / 2 s_i^2) / sum over k,  p_ij = (p_j|i + p_i|j) / 2n
 * q_ij = w_ij / sum over k, l of w_kl,  w_ij = 1 / (1 + |y_i - y_j|^2)
 * dKL / dy_i = 4 sum over j of (p_ij - q_ij) w_ij (y_i - y_j)
 * </pre>
 *
 * <p>where s_i is such that the perplexity of p_.|i, 2 to the power of its entropy, is the wanted
 * one. The gradient descent has momentum 0.5, from iteration 250 on 0.8, a gain for each
 * coordinate, and P times 4 for the first 100 iterations (early exaggeration). It is exact: time
 * and memory grow with n^2; a thousand points take seconds. Equal seeds give equal points, to the
 * bit.
 *
 * <p>Source: van der Maaten and Hinton, "Visualizing data using t-SNE", JMLR 9, 2008.
 *
 * @param perplexity how many neighbours a point has, roughly; 5 to 50
 * @param iterations of the gradient descent
 * @param learningRate of the gradient descent
 * @param seed of the first places of the points
 */
public record Tsne(double perplexity, int iterations, double learningRate, long seed) {
  private static final int EXAGGERATED = 100;
  private static final double EXAGGERATION = 4;
  private static final int SLOW = 250;
  private static final int COST_INTERVAL = 50;
  private static final double ENTROPY_TOLERANCE = 1e-5;
  private static final int MAX_BISECTIONS = 100;
  private static final double SMALLEST = 1e-12;

  /**
   * Where the points are put.
   *
   * @param points [n][2]
   * @param costs the divergence after each 50th iteration behind the exaggerated ones, and in the
   *     end
   */
  public record Result(double[][] points, List<Double> costs) {
    public Result {
      costs = List.copyOf(costs);
    }
  }

  public Tsne {
    if (!(perplexity > 0) || iterations < 1 || !(learningRate > 0)) {
      throw new IllegalArgumentException(
          "tsne: expected perplexity, iterations and learningRate above 0, found %s, %d and %s"
              .formatted(perplexity, iterations, learningRate));
    }
  }

  /** Perplexity 30, 1000 iterations and learning rate 100, as in the paper. */
  public Tsne() {
    this(30, 1000, 100, 42);
  }

  public Tsne perplexity(double other) {
    return new Tsne(other, iterations, learningRate, seed);
  }

  public Tsne iterations(int other) {
    return new Tsne(perplexity, other, learningRate, seed);
  }

  public Tsne learningRate(double other) {
    return new Tsne(perplexity, iterations, other, seed);
  }

  public Tsne seed(long other) {
    return new Tsne(perplexity, iterations, learningRate, other);
  }

  /**
   * Puts points into the plane.
   *
   * @param points [n][d]
   * @throws IllegalArgumentException when the perplexity is not below n - 1
   */
  public Result fit(double[][] points) {
    int n = points.length;
    if (!(perplexity < n - 1)) {
      throw new IllegalArgumentException(
          "tsne: perplexity %s needs more than %d points".formatted(perplexity, n));
    }
    double[] p = affinities(points);
    double[] y = new double[2 * n];
    Philox.Key key = Philox.Key.of(seed, "tsne", 0);
    for (int i = 0; i < y.length; i++) {
      y[i] = 1e-2 * Philox.normal(key, i, 0, 0); // a variance of 1e-4
    }
    double[] velocity = new double[2 * n];
    double[] gains = new double[2 * n];
    java.util.Arrays.fill(gains, 1);
    List<Double> costs = new ArrayList<>();
    for (int t = 1; t <= iterations; t++) {
      double[] gradient = gradient(p, y, t <= EXAGGERATED ? EXAGGERATION : 1);
      double momentum = t < SLOW ? 0.5 : 0.8;
      for (int i = 0; i < y.length; i++) {
        boolean same = Math.signum(gradient[i]) == Math.signum(velocity[i]);
        gains[i] = Math.max(0.01, same ? gains[i] * 0.8 : gains[i] + 0.2);
        velocity[i] = momentum * velocity[i] - learningRate * gains[i] * gradient[i];
        y[i] += velocity[i];
      }
      centre(y);
      if (t == iterations || t > EXAGGERATED && t % COST_INTERVAL == 0) {
        costs.add(cost(p, y));
      }
    }
    double[][] found = new double[n][];
    for (int i = 0; i < n; i++) {
      found[i] = new double[] {y[2 * i], y[2 * i + 1]};
    }
    return new Result(found, costs);
  }

  private static void centre(double[] y) {
    for (int axis = 0; axis < 2; axis++) {
      double mean = 0;
      for (int i = axis; i < y.length; i += 2) {
        mean += y[i] * 2 / y.length;
      }
      for (int i = axis; i < y.length; i += 2) {
        y[i] -= mean;
      }
    }
  }

  /** p_ij for all j < i, row by row. */
  double[] affinities(double[][] points) {
    int n = points.length;
    double[] p = new double[n * (n - 1) / 2];
    double[] squares = new double[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        squares[j] = squaredDistance(points[i], points[j]);
      }
      double[] conditional = conditional(squares, i);
      for (int j = 0; j < n; j++) {
        if (j != i) {
          p[index(i, j)] += conditional[j] / (2.0 * n);
        }
      }
    }
    for (int i = 0; i < p.length; i++) {
      p[i] = Math.max(p[i], SMALLEST);
    }
    return p;
  }

  static int index(int i, int j) {
    int row = Math.max(i, j);
    return row * (row - 1) / 2 + Math.min(i, j);
  }

  private static double squaredDistance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  /** p_j|i of the wanted perplexity, by bisection of beta = 1 / 2 s^2. */
  double[] conditional(double[] squares, int i) {
    double nearest = Double.POSITIVE_INFINITY;
    for (int j = 0; j < squares.length; j++) {
      nearest = j == i ? nearest : Math.min(nearest, squares[j]);
    }
    double[] p = new double[squares.length];
    double wanted = Math.log(perplexity);
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double beta = 1;
    for (int step = 0; step < MAX_BISECTIONS; step++) {
      double sum = 0;
      double weighted = 0;
      for (int j = 0; j < p.length; j++) {
        double farther = squares[j] - nearest; // leaves p as it is, and keeps exp from underflow
        p[j] = j == i ? 0 : Math.exp(-beta * farther);
        sum += p[j];
        weighted += p[j] * farther;
      }
      double entropy = Math.log(sum) + beta * weighted / sum;
      for (int j = 0; j < p.length; j++) {
        p[j] /= sum;
      }
      if (Math.abs(entropy - wanted) < ENTROPY_TOLERANCE) {
        return p;
      }
      if (entropy > wanted) {
        low = beta;
        beta = Double.isInfinite(high) ? beta * 2 : (beta + high) / 2;
      } else {
        high = beta;
        beta = (beta + low) / 2;
      }
    }
    return p; // points that coincide have a smallest entropy of their own
  }

  /** dKL / dy, with P times a factor. */
  static double[] gradient(double[] p, double[] y, double exaggeration) {
    double[] attraction = new double[y.length];
    double[] repulsion = new double[y.length];
    double sum = 0;
    int n = y.length / 2;
    for (int i = 1, at = 0; i < n; i++) {
      double ax = 0;
      double ay = 0;
      double rx = 0;
      double ry = 0;
      for (int j = 0; j < i; j++, at++) {
        double dx = y[2 * i] - y[2 * j];
        double dy = y[2 * i + 1] - y[2 * j + 1];
        double w = 1 / (1 + dx * dx + dy * dy);
        double pw = p[at] * w;
        double ww = w * w;
        sum += 2 * w;
        ax += pw * dx;
        ay += pw * dy;
        rx += ww * dx;
        ry += ww * dy;
        attraction[2 * j] -= pw * dx;
        attraction[2 * j + 1] -= pw * dy;
        repulsion[2 * j] -= ww * dx;
        repulsion[2 * j + 1] -= ww * dy;
      }
      attraction[2 * i] += ax;
      attraction[2 * i + 1] += ay;
      repulsion[2 * i] += rx;
      repulsion[2 * i + 1] += ry;
    }
    for (int i = 0; i < y.length; i++) {
      attraction[i] = 4 * (exaggeration * attraction[i] - repulsion[i] / sum);
    }
    return attraction;
  }

  /** KL(P || Q). */
  static double cost(double[] p, double[] y) {
    double sum = 0;
    double cost = 0;
    int n = y.length / 2;
    for (int i = 1, at = 0; i < n; i++) {
      for (int j = 0; j < i; j++, at++) {
        double dx = y[2 * i] - y[2 * j];
        double dy = y[2 * i + 1] - y[2 * j + 1];
        double w = 1 / (1 + dx * dx + dy * dy);
        sum += 2 * w;
        cost += 2 * p[at] * Math.log(p[at] / w);
      }
    }
    double total = 0;
    for (double value : p) {
      total += 2 * value;
    }
    return cost + total * Math.log(sum);
  }
}
