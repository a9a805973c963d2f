package dev.merapi.train.search;

/**
 * A Gaussian process through some values, with the Matern 5/2 kernel and a length scale per
 * feature:
 *
 * <pre>
 * r^2 = sum_d ((x_d - x'_d) / length_d)^2
 * k(x, x') = (1 + sqrt(5) r + 5/3 r^2) exp(-sqrt(5) r)
 * K = k(X, X) + noise I,   v = (y - m)^T K^-1 (y - m) / n
 * mean(x) = m + k(x, X) K^-1 (y - m)
 * variance(x) = v (1 - k(x, X) K^-1 k(X, x))
 * </pre>
 *
 * <p>m is the mean of the values; the variance v of the process is that with the greatest marginal
 * likelihood. Source: Rasmussen and Williams, "Gaussian Processes for Machine Learning", 2006, 2.2,
 * 4.2 and 5.4; Snoek et al., "Practical Bayesian optimization of machine learning algorithms",
 * 2012.
 */
public final class GaussianProcess {
  private static final double ROOT_5 = Math.sqrt(5);

  /** Of a process through values that are all equal. */
  private static final double LEAST_VARIANCE = 1e-12;

  private final double[][] x;
  private final double[] lengths;
  private final Cholesky cholesky;
  private final double mean;
  private final double variance;
  private final double[] weights;

  /**
   * Fits a process.
   *
   * @param x features of the points, [n][features]
   * @param y their values, [n]
   * @param lengths the length scale of each feature
   * @param noise the variance of the values' noise, as a part of the process's
   * @throws ArithmeticException when the points are so near to each other that the kernel's matrix
   *     is singular
   */
  public GaussianProcess(double[][] x, double[] y, double[] lengths, double noise) {
    int n = y.length;
    this.x = x.clone();
    this.lengths = lengths.clone();
    double[][] k = new double[n][n];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        k[i][j] = kernel(x[i], x[j]) + (i == j ? noise : 0);
      }
      sum += y[i];
    }
    this.cholesky = Cholesky.of(k);
    this.mean = sum / n;
    double[] centred = new double[n];
    for (int i = 0; i < n; i++) {
      centred[i] = y[i] - mean;
    }
    this.weights = cholesky.solve(centred);
    this.variance = Math.max(LEAST_VARIANCE, dot(centred, weights) / n);
  }

  private double kernel(double[] a, double[] b) {
    double squares = 0;
    for (int d = 0; d < a.length; d++) {
      double difference = (a[d] - b[d]) / lengths[d];
      squares += difference * difference;
    }
    double r = ROOT_5 * Math.sqrt(squares);
    return (1 + r + 5 * squares / 3) * Math.exp(-r);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  /**
   * The logarithm of the probability density of the values: -(n log(2 pi v) + log det K + n) / 2.
   */
  public double logLikelihood() {
    int n = x.length;
    return -0.5 * (n * Math.log(2 * Math.PI * variance) + cholesky.logDeterminant() + n);
  }

  /**
   * What a normal distribution of the value at a point has.
   *
   * @param mean expected value
   * @param deviation standard deviation, without the noise
   */
  public record Prediction(double mean, double deviation) {
    /**
     * How far below a bound the value is expected to be, where above it counts as 0: (best - mean)
     * Phi(z) + deviation phi(z), z = (best - mean) / deviation. Source: Jones, Schonlau and Welch,
     * "Efficient global optimization of expensive black-box functions", 1998, equation 15.
     */
    public double expectedImprovement(double best) {
      if (deviation == 0) {
        return Math.max(0, best - mean);
      }
      double z = (best - mean) / deviation;
      double density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
      return Math.max(0, (best - mean) * Normal.cumulative(z) + deviation * density);
    }
  }

  /** The value to be expected at a point. */
  public Prediction at(double[] point) {
    double[] k = new double[x.length];
    for (int i = 0; i < k.length; i++) {
      k[i] = kernel(point, x[i]);
    }
    double[] half = cholesky.forward(k);
    double left = Math.max(0, 1 - dot(half, half));
    return new Prediction(mean + dot(k, weights), Math.sqrt(variance * left));
  }
}
