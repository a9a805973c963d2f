package dev.merapi.bench.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * Training steps for some seconds, as {@code merapi bench} times them.
 *
 * @param firstStepSeconds from the start of the process to the end of the first step
 * @param firstLoss of the first step
 * @param lastLoss of the last one
 * @param milliseconds of each step after the warm-up
 */
public record StepTimes(
    double firstStepSeconds, double firstLoss, double lastLoss, List<Double> milliseconds) {
  /** The part of the time in which steps are not counted. */
  private static final double WARM_UP = 0.2;

  /**
   * At least one step that does not count and one that does.
   *
   * @param step takes a step, waits for it and gives its loss
   */
  public static StepTimes run(DoubleSupplier step, double seconds) {
    long start = System.nanoTime();
    double firstLoss = step.getAsDouble();
    double firstStepSeconds = ThisProcess.ageSeconds();
    while (secondsSince(start) < seconds * WARM_UP) {
      step.getAsDouble();
    }
    List<Double> milliseconds = new ArrayList<>();
    double lastLoss;
    do {
      long before = System.nanoTime();
      lastLoss = step.getAsDouble();
      milliseconds.add(secondsSince(before) * 1000);
    } while (secondsSince(start) < seconds);
    return new StepTimes(firstStepSeconds, firstLoss, lastLoss, milliseconds);
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) * 1e-9;
  }

  /** Of the steps that count. */
  public double stepsPerSecond() {
    double total = milliseconds.stream().mapToDouble(Double::doubleValue).sum();
    return milliseconds.size() / (total * 1e-3);
  }
}
