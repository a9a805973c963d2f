package dev.merapi.backend.reference;

import java.util.Arrays;

/** The product that convolutions spend their time in: c += a b, on rows of fixed arrays. */
final class MatrixProduct {
  private final double[][] c;
  private final double[][] a;
  private final double[][] b;
  private final boolean transposed;

  /** Adds to all rows of c; a is read as it is, or by columns when transposed. */
  MatrixProduct(double[][] c, double[][] a, boolean transposed, double[][] b) {
    this.c = c;
    this.a = a;
    this.b = b;
    this.transposed = transposed;
  }

  /** Sets c to zeros. */
  void clear() {
    for (double[] row : c) {
      Arrays.fill(row, 0);
    }
  }

  /**
   * For each j below {@code columns}: c[i][j] += sum over k below {@code depth} of a[row + i][k]
   * b[k][j], or of a[row + k][i] b[k][j] when a is transposed.
   *
   * <p>Four k at a time spare three of four reads and writes of c; each sum still runs in the order
   * of k.
   */
  void add(int row, int depth, int columns) {
    int whole = depth - depth % 4;
    for (int k = 0; k < whole; k += 4) {
      for (int i = 0; i < c.length; i++) {
        addFour(row, i, k, columns);
      }
    }
    for (int k = whole; k < depth; k++) {
      for (int i = 0; i < c.length; i++) {
        addOne(c[i], a(row, i, k), b[k], columns);
      }
    }
  }

  private double a(int row, int i, int k) {
    return transposed ? a[row + k][i] : a[row + i][k];
  }

  private void addFour(int row, int i, int k, int columns) {
    double a0 = a(row, i, k);
    double a1 = a(row, i, k + 1);
    double a2 = a(row, i, k + 2);
    double a3 = a(row, i, k + 3);
    double[] b0 = b[k];
    double[] b1 = b[k + 1];
    double[] b2 = b[k + 2];
    double[] b3 = b[k + 3];
    double[] sum = c[i];
    for (int j = 0; j < columns; j++) {
      sum[j] = sum[j] + a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j];
    }
  }

  private static void addOne(double[] sum, double a, double[] b, int columns) {
    for (int j = 0; j < columns; j++) {
      sum[j] += a * b[j];
    }
  }
}
