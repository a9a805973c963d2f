package dev.merapi.backend.cpu;

import dev.merapi.core.op.normalization.LogSoftmax;
import dev.merapi.core.op.normalization.Softmax;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropy;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropyGrad;
import dev.merapi.core.scalar.UnaryFunction;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * Softmax, its logarithm and the loss that is made of it: line by line along an axis. oneDNN has
 * faster ones, but they give 0 for a line with NaN, and a logarithm that is off by 2e-6.
 */
final class SoftmaxKernels {
  private SoftmaxKernels() {}

  static void register(KernelTable table) {
    table.add(
        Softmax.class,
        (op, inputs, outputs, engine) ->
            lines(
                inputs.get(0).shape(),
                op.axis(),
                engine,
                (row, exps, max, sum) -> {
                  float scale = (float) (1 / sum);
                  for (int i = 0; i < row.length; i++) {
                    row[i] = exps[i] * scale;
                  }
                }));
    table.add(
        LogSoftmax.class,
        (op, inputs, outputs, engine) ->
            lines(
                inputs.get(0).shape(),
                op.axis(),
                engine,
                (row, exps, max, sum) -> {
                  float logSum = (float) Math.log(sum);
                  for (int i = 0; i < row.length; i++) {
                    row[i] = row[i] - logSum;
                  }
                }));
    table.add(SoftmaxCrossEntropy.class, SoftmaxKernels::softmaxCrossEntropy);
    table.add(SoftmaxCrossEntropyGrad.class, SoftmaxKernels::softmaxCrossEntropyGrad);
  }

  /** What becomes of a line: of x - max, its exponentials and their sum. */
  @FunctionalInterface
  private interface Finish {
    void apply(float[] row, float[] exps, float max, double sum);
  }

  /** A line and its exponentials, for one thread. */
  private static final class Line {
    private final VectorLoops loops;
    private final float[] tile;
    final float[] row;
    final float[] exps;
    float max;
    double sum;

    Line(VectorLoops loops, int length) {
      this.loops = loops;
      row = new float[length];
      exps = new float[length];
      tile = new float[Math.min(length, Engine.TILE)];
    }

    static Line[] perWorker(Engine engine, int length) {
      Line[] lines = new Line[engine.workers().count()];
      for (int i = 0; i < lines.length; i++) {
        lines[i] = new Line(engine.loops()[i], length);
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

  private static CpuKernel lines(Shape shape, int axis, Engine engine, Finish finish) {
    int length = shape.dim(axis);
    int step = shape.strides()[axis];
    Line[] lines = Line.perWorker(engine, length);
    return new LoopKernel(
        engine.workers(),
        shape.elements() / length,
        (in, out, worker, from, to) -> {
          Line line = lines[worker];
          for (int i = from; i < to; i++) {
            int start = i / step * step * length + i % step;
            line.load(in[0], start, step);
            finish.apply(line.row, line.exps, line.max, line.sum);
            line.store(out[0], start, step);
          }
        });
  }

  private static CpuKernel softmaxCrossEntropy(
      SoftmaxCrossEntropy op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    int rows = inputs.get(0).shape().dim(0);
    int classes = inputs.get(0).shape().dim(1);
    Line[] lines = Line.perWorker(engine, classes);
    return new LoopKernel(
        engine.workers(),
        rows,
        (in, out, worker, from, to) -> {
          Line line = lines[worker];
          for (int row = from; row < to; row++) {
            int label = label(in[1], row, classes);
            line.load(in[0], row * classes, 1);
            out[0].floats().put(row, (float) (Math.log(line.sum) - line.row[label]));
            float scale = (float) (1 / line.sum);
            for (int i = 0; i < classes; i++) {
              line.row[i] = line.exps[i] * scale;
            }
            line.store(out[1], row * classes, 1);
          }
        });
  }

  private static CpuKernel softmaxCrossEntropyGrad(
      SoftmaxCrossEntropyGrad op,
      List<TensorType> inputs,
      List<TensorType> outputs,
      Engine engine) {
    int rows = inputs.get(0).shape().dim(0);
    int classes = inputs.get(0).shape().dim(1);
    float[][] lines = new float[engine.workers().count()][classes];
    return new LoopKernel(
        engine.workers(),
        rows,
        (in, out, worker, from, to) -> {
          float[] line = lines[worker];
          for (int row = from; row < to; row++) {
            int label = label(in[1], row, classes);
            float grad = in[2].floats().get(row);
            in[0].load(row * classes, classes, line);
            line[label] -= 1;
            for (int i = 0; i < classes; i++) {
              line[i] *= grad;
            }
            out[0].store(row * classes, classes, line);
          }
        });
  }

  private static int label(CpuBuffer labels, int row, int classes) {
    int label = labels.ints().get(row);
    if (label < 0 || label >= classes) {
      throw new IndexOutOfBoundsException(
          "label " + label + " in row " + row + " is not within the " + classes + " classes");
    }
    return label;
  }
}
