package dev.merapi.train.search;

import java.util.Arrays;

/**
 * Chooses the length scales and the noise of a Gaussian process: those with the greatest marginal
 * likelihood on a grid, first with one length for all hyper-parameters, then for each by itself, as
 * long as that helps. Source: Snoek et al., 2012, section 3.1, with a maximum instead of an
 * integral.
 */
final class KernelFit {
  /** Features lie in [0, 1]. */
  private static final double[] LENGTHS = {0.05, 0.1, 0.2, 0.4, 0.8, 1.6};

  private static final double[] NOISES = {1e-6, 1e-4, 1e-2, 1e-1};
  private static final int SWEEPS = 3;

  private final double[][] x;
  private final double[] y;
  private final int[] dimensionOfFeature;
  private double[] lengths;
  private double noise;
  private GaussianProcess best;

  private KernelFit(double[][] x, double[] y, int[] dimensionOfFeature) {
    this.x = x;
    this.y = y;
    this.dimensionOfFeature = dimensionOfFeature;
  }

  /**
   * The process that fits best.
   *
   * @param dimensionOfFeature features of one hyper-parameter share a length
   */
  static GaussianProcess of(double[][] x, double[] y, int[] dimensionOfFeature) {
    KernelFit fit = new KernelFit(x, y, dimensionOfFeature);
    int dimensions = 1 + Arrays.stream(dimensionOfFeature).max().orElseThrow();
    for (double length : LENGTHS) {
      double[] equal = new double[dimensions];
      Arrays.fill(equal, length);
      for (double noise : NOISES) {
        fit.consider(equal, noise);
      }
    }
    boolean better = dimensions > 1;
    for (int sweep = 0; better && sweep < SWEEPS; sweep++) {
      better = fit.sweep(dimensions);
    }
    return fit.best;
  }

  private boolean sweep(int dimensions) {
    boolean better = false;
    for (int d = 0; d < dimensions; d++) {
      for (double length : LENGTHS) {
        double[] changed = lengths.clone();
        changed[d] = length;
        better |= consider(changed, noise);
      }
    }
    for (double other : NOISES) {
      better |= consider(lengths, other);
    }
    return better;
  }

  private boolean consider(double[] wanted, double wantedNoise) {
    double[] perFeature = Arrays.stream(dimensionOfFeature).mapToDouble(d -> wanted[d]).toArray();
    GaussianProcess process = new GaussianProcess(x, y, perFeature, wantedNoise);
    if (best != null && process.logLikelihood() <= best.logLikelihood()) {
      return false;
    }
    best = process;
    lengths = wanted.clone();
    noise = wantedNoise;
    return true;
  }
}
