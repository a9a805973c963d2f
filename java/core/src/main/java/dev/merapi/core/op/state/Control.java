package dev.merapi.core.op.state;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;

/**
 * The control block: the small persistent variables that steer a training program on the device, so
 * that nothing is uploaded per step.
 */
public enum Control {
  /** Optimizer steps taken. */
  STEP("control/step", DType.I32),
  /** Position within an accumulated step; 0 without accumulation. */
  MICRO_STEP("control/microStep", DType.I32),
  /** Sum over samples of the loss since the host last cleared it. */
  LOSS_SUM("control/lossSum", DType.F64),
  /** Samples since the host last cleared it. */
  SAMPLES("control/samples", DType.F64),
  /** Euclidean norm of all gradients in the last step, before clipping. */
  GRADIENT_NORM("control/gradientNorm", DType.F32),
  /** 1 while every loss and gradient so far was finite, else 0 for good. */
  FINITE("control/finite", DType.F32),
  /** The first step that was not finite, or -1. */
  FIRST_BAD_STEP("control/firstBadStep", DType.I32),
  /** What a plateau rule multiplies the learning rate by. */
  LEARNING_RATE_SCALE("control/learningRateScale", DType.F32);

  private final String path;
  private final TensorType type;

  Control(String path, DType dtype) {
    this.path = path;
    this.type = TensorType.scalar(dtype);
  }

  public String path() {
    return path;
  }

  public TensorType type() {
    return type;
  }

  /** What the variable holds before the first step. */
  public double initial() {
    return switch (this) {
      case FINITE, LEARNING_RATE_SCALE -> 1;
      case FIRST_BAD_STEP -> -1;
      case STEP, MICRO_STEP, LOSS_SUM, SAMPLES, GRADIENT_NORM -> 0;
    };
  }

  /** Reads the variable in a program. */
  public Value read(Graph graph) {
    return Variable.of(graph, path, type);
  }
}
