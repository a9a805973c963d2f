package dev.merapi.train.data.augment;

import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.Inputs;
import java.nio.ByteBuffer;

/** The principal components of the pixels of a data set of images, levels counted from 0 to 1. */
final class PrincipalColors {
  private static final double MAX = 255;

  /** Far more than a matrix as small as this one needs. */
  private static final int SWEEPS = 30;

  private final double[][] covariance;
  private final double[][] vectors;

  private PrincipalColors(double[][] covariance) {
    int channels = covariance.length;
    this.covariance = covariance;
    this.vectors = new double[channels][channels];
    for (int i = 0; i < channels; i++) {
      vectors[i][i] = 1;
    }
    diagonalize();
  }

  /** Those of all pixels of all images. */
  static PrincipalColors of(Dataset images) {
    int channels = images.inputType().shape().dim(0);
    int plane = images.inputType().shape().elements() / channels;
    // whole numbers, so that sums are exact and their order does not matter
    long[] sums = new long[channels];
    long[][] products = new long[channels][channels];
    Inputs.forEach(
        images,
        image -> {
          ByteBuffer pixels = image.bytes();
          for (int i = 0; i < plane; i++) {
            for (int a = 0; a < channels; a++) {
              int level = pixels.get(a * plane + i) & 0xFF;
              sums[a] += level;
              for (int b = 0; b <= a; b++) {
                products[a][b] += level * (pixels.get(b * plane + i) & 0xFF);
              }
            }
          }
        });
    return new PrincipalColors(covariance(sums, products, (double) images.size() * plane));
  }

  private static double[][] covariance(long[] sums, long[][] products, double count) {
    int channels = sums.length;
    double[][] covariance = new double[channels][channels];
    for (int a = 0; a < channels; a++) {
      for (int b = 0; b <= a; b++) {
        double mean = (sums[a] / count) * (sums[b] / count);
        covariance[a][b] = (products[a][b] / count - mean) / (MAX * MAX);
        covariance[b][a] = covariance[a][b];
      }
    }
    return covariance;
  }

  /** Of the covariance matrix, in no order. */
  double eigenvalue(int component) {
    return covariance[component][component];
  }

  /** A number of the eigenvector of that eigenvalue, whose length is 1. */
  double eigenvector(int component, int channel) {
    return vectors[channel][component];
  }

  /** Jacobi's method: turns the axes of each pair of channels until they are uncorrelated. */
  private void diagonalize() {
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      for (int p = 0; p < covariance.length; p++) {
        for (int q = p + 1; q < covariance.length; q++) {
          turn(p, q);
        }
      }
    }
  }

  private void turn(int p, int q) {
    double off = covariance[p][q];
    if (off == 0) {
      return;
    }
    double theta = (covariance[q][q] - covariance[p][p]) / (2 * off);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double cos = 1 / Math.sqrt(t * t + 1);
    double sin = t * cos;
    for (int i = 0; i < covariance.length; i++) {
      turn(covariance[i], p, q, cos, sin);
      turn(vectors[i], p, q, cos, sin);
    }
    double[] rowP = covariance[p].clone();
    double[] rowQ = covariance[q].clone();
    for (int i = 0; i < covariance.length; i++) {
      covariance[p][i] = cos * rowP[i] - sin * rowQ[i];
      covariance[q][i] = sin * rowP[i] + cos * rowQ[i];
    }
  }

  private static void turn(double[] row, int p, int q, double cos, double sin) {
    double atP = row[p];
    double atQ = row[q];
    row[p] = cos * atP - sin * atQ;
    row[q] = sin * atP + cos * atQ;
  }
}
