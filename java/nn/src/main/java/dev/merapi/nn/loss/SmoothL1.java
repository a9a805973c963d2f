package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;

/**
 * Smooth L1 loss: {@link Huber}'s loss divided by its delta, so that the slope beyond it is 1: the
 * mean over all elements d = prediction - target of
 *
 * <pre>
 * d^2 / (2 beta)      where |d| &lt;= beta
 * |d| - beta / 2      elsewhere
 * </pre>
 *
 * <p>Prediction and target: one type and shape. Source: Girshick, "Fast R-CNN", ICCV 2015; PyTorch,
 * SmoothL1Loss.
 *
 * @param beta where it becomes linear, above 0
 */
public record SmoothL1(@Default("1") double beta) implements SameShape {
  public SmoothL1 {
    if (!(beta > 0 && Double.isFinite(beta))) {
      throw new IllegalArgumentException("beta must be finite and above 0, found " + beta);
    }
  }

  /** Linear beyond 1. */
  public SmoothL1() {
    this(1);
  }

  @Override
  public Value elements(Value prediction, Value target) {
    return Ops.div(new Huber(beta).elements(prediction, target), beta);
  }
}
