package dev.merapi.backend.cpu;

import dev.merapi.backend.cpu.NativeSoftmax.Forward;

/** Softmax, its logarithm or the cross-entropy that is made of it, of rows. */
final class NativeSoftmaxKernel extends CpuKernel {
  /** What is made of the rows. */
  enum Result {
    SOFTMAX,
    LOG_SOFTMAX,
    /** With labels as the second input; outputs: losses, and the softmax. */
    CROSS_ENTROPY
  }

  private final Result result;
  private final int rows;
  private final int columns;
  private final Engine engine;
  private NativeSoftmax<Forward> softmax;
  private CpuBuffer labels;

  NativeSoftmaxKernel(Result result, int rows, int columns, Engine engine) {
    this.result = result;
    this.rows = rows;
    this.columns = columns;
    this.engine = engine;
  }

  @Override
  void bind(CpuBuffer[] inputs, CpuBuffer[] outputs, CpuBuffer workspace) {
    softmax =
        NativeSoftmax.forward(rows, columns, engine)
            .set(Forward.SOURCE, inputs[0].address(), 0)
            .set(Forward.TARGET, outputs[outputs.length - 1].address(), 0)
            .set(Forward.LOGARITHM, result == Result.LOG_SOFTMAX ? 1 : 0);
    if (result == Result.CROSS_ENTROPY) {
      labels = inputs[1];
      softmax.set(Forward.LABELS, labels.address(), 0).set(Forward.LOSSES, outputs[0].address(), 0);
    }
  }

  @Override
  void run() {
    if (labels != null) {
      for (int row = 0; row < rows; row++) {
        SoftmaxKernels.label(labels, row, columns);
      }
    }
    softmax.run();
  }

  @Override
  void release() {
    if (softmax != null) {
      softmax.close();
      softmax = null;
    }
  }
}
