package dev.merapi.backend.cpu;

import dev.merapi.core.op.normalization.LogSoftmax;
import dev.merapi.core.op.normalization.Softmax;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropy;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropyGrad;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.function.Consumer;

/**
 * Softmax, its logarithm and the loss that is made of it: line by line along an axis, in C++ where
 * there are {@link NativeLoops} and a line's elements are neighbours. oneDNN has such kernels, but
 * they give 0 for a line with NaN, and a logarithm that is off by 2e-6.
 */
final class SoftmaxKernels {
  private SoftmaxKernels() {}

  static void register(KernelTable table) {
    table.add(
        Softmax.class,
        (op, inputs, outputs, engine) ->
            along(
                inputs.get(0).shape(),
                op.axis(),
                engine,
                NativeSoftmaxKernel.Result.SOFTMAX,
                SoftmaxLine::normalize));
    table.add(
        LogSoftmax.class,
        (op, inputs, outputs, engine) ->
            along(
                inputs.get(0).shape(),
                op.axis(),
                engine,
                NativeSoftmaxKernel.Result.LOG_SOFTMAX,
                SoftmaxLine::takeLogarithm));
    table.add(SoftmaxCrossEntropy.class, SoftmaxKernels::softmaxCrossEntropy);
    table.add(SoftmaxCrossEntropyGrad.class, SoftmaxKernels::softmaxCrossEntropyGrad);
  }

  private static CpuKernel along(
      Shape shape,
      int axis,
      Engine engine,
      NativeSoftmaxKernel.Result result,
      Consumer<SoftmaxLine> finish) {
    int length = shape.dim(axis);
    return NativeLoops.available() && shape.strides()[axis] == 1
        ? new NativeSoftmaxKernel(result, shape.elements() / length, length, engine)
        : lines(shape, axis, engine, finish);
  }

  /** In Java. */
  static CpuKernel lines(Shape shape, int axis, Engine engine, Consumer<SoftmaxLine> finish) {
    int length = shape.dim(axis);
    int step = shape.strides()[axis];
    SoftmaxLine[] lines = SoftmaxLine.perWorker(engine, length);
    return new LoopKernel(
        engine.workers(),
        shape.elements() / length,
        (in, out, worker, from, to) -> {
          SoftmaxLine line = lines[worker];
          for (int i = from; i < to; i++) {
            int start = i / step * step * length + i % step;
            line.load(in[0], start, step);
            line.exponentiate();
            finish.accept(line);
            line.store(out[0], start, step);
          }
        });
  }

  private static CpuKernel softmaxCrossEntropy(
      SoftmaxCrossEntropy op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    int rows = inputs.get(0).shape().dim(0);
    int classes = inputs.get(0).shape().dim(1);
    return NativeLoops.available()
        ? new NativeSoftmaxKernel(NativeSoftmaxKernel.Result.CROSS_ENTROPY, rows, classes, engine)
        : crossEntropyLines(rows, classes, engine);
  }

  /** In Java. */
  static CpuKernel crossEntropyLines(int rows, int classes, Engine engine) {
    SoftmaxLine[] lines = SoftmaxLine.perWorker(engine, classes);
    return new LoopKernel(
        engine.workers(),
        rows,
        (in, out, worker, from, to) -> {
          SoftmaxLine line = lines[worker];
          for (int row = from; row < to; row++) {
            int label = label(in[1], row, classes);
            line.load(in[0], row * classes, 1);
            line.exponentiate();
            out[0].floats().put(row, (float) (Math.log(line.sum) - line.row[label]));
            line.normalize();
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

  /** The label of a row. */
  static int label(CpuBuffer labels, int row, int classes) {
    int label = labels.ints().get(row);
    if (label < 0 || label >= classes) {
      throw new IndexOutOfBoundsException(
          "label " + label + " in row " + row + " is not within the " + classes + " classes");
    }
    return label;
  }
}
