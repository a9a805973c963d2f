package dev.merapi.backend.reference;

import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.tensor.Positions;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.List;

/** Multiplies matrices; every result is summed up in F64 in the order of k. */
final class ContractionKernels {
  /** Elements of B that are unpacked at a time: 512 KiB stay in a core's cache. */
  private static final int PANEL = 1 << 16;

  private static final int MIN_PANEL_COLUMNS = 64;

  private ContractionKernels() {}

  static void register(KernelTable table) {
    table.add(MatMul.class, MatMulKernel::new);
  }

  /** The product of stacks of matrices: for each batch, panel of columns, row: one row of sums. */
  private static final class MatMulKernel implements ReferenceKernel {
    private final int m;
    private final int n;
    private final int k;
    private final int[] batchesA;
    private final int[] batchesB;
    private final int rowStrideA;
    private final int columnStrideA;
    private final int rowStrideB;
    private final int columnStrideB;
    private final double[] panel;
    private final double[] sums;

    MatMulKernel(MatMul op, List<TensorType> inputTypes, List<TensorType> outputTypes) {
      Shape a = inputTypes.get(0).shape();
      Shape b = inputTypes.get(1).shape();
      Shape c = outputTypes.get(0).shape();
      m = c.dim(-2);
      n = c.dim(-1);
      k = a.dim(op.transposeA() ? -2 : -1);
      batchesA = Positions.broadcast(MatMul.batch(a), MatMul.batch(c));
      batchesB = Positions.broadcast(MatMul.batch(b), MatMul.batch(c));
      rowStrideA = op.transposeA() ? 1 : k;
      columnStrideA = op.transposeA() ? m : 1;
      rowStrideB = op.transposeB() ? 1 : n;
      columnStrideB = op.transposeB() ? k : 1;
      sums = new double[Math.min(n, Math.max(MIN_PANEL_COLUMNS, PANEL / Math.max(1, k)))];
      panel = new double[k * sums.length];
    }

    @Override
    public void run(Cells[] inputs, Cells[] outputs) {
      for (int batch = 0; batch < batchesA.length; batch++) {
        int startA = batchesA[batch] * m * k;
        int startB = batchesB[batch] * k * n;
        for (int column = 0; column < n; column += sums.length) {
          int columns = Math.min(sums.length, n - column);
          unpack(inputs[1], startB + column * columnStrideB, columns);
          for (int row = 0; row < m; row++) {
            multiplyRow(inputs[0], startA + row * rowStrideA, columns);
            int startC = (batch * m + row) * n + column;
            for (int j = 0; j < columns; j++) {
              outputs[0].set(startC + j, sums[j]);
            }
          }
        }
      }
    }

    /** Copies some columns of B so that the inner loop runs over neighbours. */
    private void unpack(Cells b, int start, int columns) {
      for (int p = 0; p < k; p++) {
        for (int j = 0; j < columns; j++) {
          panel[p * columns + j] = b.get(start + p * rowStrideB + j * columnStrideB);
        }
      }
    }

    private void multiplyRow(Cells a, int start, int columns) {
      Arrays.fill(sums, 0, columns, 0);
      for (int p = 0; p < k; p++) {
        addScaled(a.get(start + p * columnStrideA), p * columns, columns);
      }
    }

    private void addScaled(double factor, int from, int columns) {
      for (int j = 0; j < columns; j++) {
        sums[j] += factor * panel[from + j];
      }
    }
  }
}
