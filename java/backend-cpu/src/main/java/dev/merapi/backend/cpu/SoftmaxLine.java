package dev.merapi.backend.cpu;

import dev.merapi.core.scalar.UnaryFunction;

/** A line that a softmax is made of, and its exponentials, for one thread. */
final class SoftmaxLine {
  private final VectorLoops loops;
  private final float[] tile;

  /** The elements; after {@link #exponentiate} less the largest one. */
  final float[] row;

  final float[] exps;
  float max;
  double sum;

  private SoftmaxLine(VectorLoops loops, int length) {
    this.loops = loops;
    row = new float[length];
    exps = new float[length];
    tile = new float[Math.min(length, Engine.TILE)];
  }

  static SoftmaxLine[] perWorker(Engine engine, int length) {
    SoftmaxLine[] lines = new SoftmaxLine[engine.workers().count()];
    for (int i = 0; i < lines.length; i++) {
      lines[i] = new SoftmaxLine(engine.loops()[i], length);
    }
    return lines;
  }

  void load(CpuBuffer x, int start, int step) {
    if (step == 1) {
      x.load(start, row.length, row);
    } else {
      for (int i = 0; i < row.length; i++) {
        row[i] = x.floats().get(start + i * step);
      }
    }
  }

  /** Finds the maximum, the exponentials of what is below it, and their sum. */
  void exponentiate() {
    max = Joining.max(row, row.length);
    for (int i = 0; i < row.length; i++) {
      row[i] -= max;
    }
    if (row.length <= tile.length) {
      loops.unary(UnaryFunction.EXP, row, exps, row.length);
    } else {
      expTiles();
    }
    sum = Joining.sum(exps, row.length);
  }

  private void expTiles() {
    for (int from = 0; from < row.length; from += tile.length) {
      int count = Math.min(tile.length, row.length - from);
      System.arraycopy(row, from, tile, 0, count);
      loops.unary(UnaryFunction.EXP, tile, tile, count);
      System.arraycopy(tile, 0, exps, from, count);
    }
  }

  /** Makes the softmax of the line. */
  void normalize() {
    float scale = (float) (1 / sum);
    for (int i = 0; i < row.length; i++) {
      row[i] = exps[i] * scale;
    }
  }

  /** Makes the logarithm of that. */
  void takeLogarithm() {
    float logSum = (float) Math.log(sum);
    for (int i = 0; i < row.length; i++) {
      row[i] -= logSum;
    }
  }

  void store(CpuBuffer y, int start, int step) {
    if (step == 1) {
      y.store(start, row.length, row);
    } else {
      for (int i = 0; i < row.length; i++) {
        y.floats().put(start + i * step, row[i]);
      }
    }
  }
}
