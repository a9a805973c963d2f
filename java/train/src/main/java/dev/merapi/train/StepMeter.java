package dev.merapi.train;

import dev.merapi.core.op.state.Control;
import dev.merapi.core.runtime.ControlBlock;
import java.util.function.LongToDoubleFunction;

/** What happened between two looks at the control block within an epoch. */
final class StepMeter {
  private final ControlBlock control;
  private final LongToDoubleFunction learningRate;
  private double lossSum;
  private double samples;
  private long nanos;

  /**
   * Measures from now on.
   *
   * @param control as it was last read
   * @param learningRate of the step that ended with so many steps taken
   */
  StepMeter(ControlBlock control, LongToDoubleFunction learningRate) {
    this.control = control;
    this.learningRate = learningRate;
    remember();
  }

  private void remember() {
    lossSum = control.get(Control.LOSS_SUM);
    samples = control.get(Control.SAMPLES);
    nanos = System.nanoTime();
  }

  /** What the control block, read just now, says since the last time. */
  StepResult next(int epoch, long steps) {
    double losses = control.get(Control.LOSS_SUM) - lossSum;
    double taken = control.get(Control.SAMPLES) - samples;
    double seconds = (System.nanoTime() - nanos) * 1e-9;
    remember();
    return new StepResult(
        epoch,
        steps,
        losses / taken,
        lossSum / samples,
        control.get(Control.GRADIENT_NORM),
        learningRate.applyAsDouble(steps),
        taken / seconds);
  }
}
