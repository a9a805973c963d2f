package dev.merapi.backend.cpu;

import dev.merapi.core.plan.MemoryPlanner;
import dev.merapi.core.plan.PhysicalType;
import java.nio.FloatBuffer;

/**
 * Normalizations by oneDNN, which has variances where the ops have inverse standard deviations: one
 * becomes the other after the forward primitive and before the backward one.
 */
final class VarianceKernels {
  private VarianceKernels() {}

  /** x, scale, bias -> y, mean, invStd. */
  static final class Forward extends CpuKernel {
    private final DnnlKernel primitive;
    private final double epsilon;
    private FloatBuffer invStd;

    /** The primitive writes variances where invStd is to be. */
    Forward(DnnlKernel primitive, double epsilon) {
      this.primitive = primitive;
      this.epsilon = epsilon;
    }

    @Override
    String variant() {
      return primitive.variant();
    }

    @Override
    long workspaceBytes() {
      return primitive.workspaceBytes();
    }

    @Override
    void bind(CpuBuffer[] inputs, CpuBuffer[] outputs, CpuBuffer workspace) {
      invStd = outputs[2].floats();
      primitive.bind(inputs, outputs, workspace);
    }

    @Override
    void run() {
      primitive.run();
      for (int i = 0; i < invStd.capacity(); i++) {
        invStd.put(i, (float) (1 / Math.sqrt(invStd.get(i) + epsilon)));
      }
    }

    @Override
    void release() {
      primitive.release();
    }
  }

  /** gradOutput, x, scale, mean, invStd -> gradX, gradScale, gradBias. */
  static final class Backward extends CpuKernel {
    private final DnnlKernel primitive;
    private final PhysicalType statistics;
    private FloatBuffer invStd;
    private FloatBuffer variance;

    /** The primitive, with epsilon 0, reads variances where invStd is. */
    Backward(DnnlKernel primitive, PhysicalType statistics) {
      this.primitive = primitive;
      this.statistics = statistics;
    }

    @Override
    String variant() {
      return primitive.variant();
    }

    @Override
    long workspaceBytes() {
      return start() + statistics.bytes();
    }

    private long start() {
      return MemoryPlanner.align(primitive.workspaceBytes(), PhysicalType.ALIGNMENT);
    }

    @Override
    void bind(CpuBuffer[] inputs, CpuBuffer[] outputs, CpuBuffer workspace) {
      CpuBuffer variances = new CpuBuffer(workspace.address().getPointer(start()), statistics);
      invStd = inputs[4].floats();
      variance = variances.floats();
      CpuBuffer[] replaced = inputs.clone();
      replaced[4] = variances;
      primitive.bind(replaced, outputs, workspace);
    }

    @Override
    void run() {
      for (int i = 0; i < invStd.capacity(); i++) {
        double inverse = invStd.get(i);
        variance.put(i, (float) (1 / (inverse * inverse)));
      }
      primitive.run();
    }

    @Override
    void release() {
      primitive.release();
    }
  }
}
