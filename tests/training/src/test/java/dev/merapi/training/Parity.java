package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.backend.Availability;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.Trainer;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.BatchLoader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The same training on a device and on the reference: parameters after one step, and the curve of
 * the loss.
 *
 * @param parameters the largest difference of a parameter after the first step
 * @param loss the largest difference of the moving means of the loss, as a share of the bound
 */
record Parity(double parameters, double loss) {
  /** Devices whose absence is a failure instead of a counted skip. */
  private static final List<String> REQUIRED =
      List.of(System.getProperty("merapi.backends.required", "").split(","));

  private static final double PARAMETERS = 1e-5;
  private static final double LOSS = 1e-3;

  /** Steps that a moving mean is over. */
  private static final int WINDOW = 20;

  /** Trains for the data's first epoch. */
  static Parity of(Job job, String device) {
    Availability availability = Backends.availability().get(device);
    if (!availability.usable() && REQUIRED.contains(device)) {
      Assertions.fail("device " + device + " is required: " + availability.reason());
    }
    Assumptions.assumeTrue(
        availability.usable(), () -> "device " + device + ": " + availability.reason());
    try (Backend found = Backends.open(device);
        Backend reference = Backends.open("reference");
        Trainer actual = job.trainer(found);
        Trainer expected = job.trainer(reference);
        BatchLoader loader = loader(job)) {
      double parameters = -1;
      double[] actualLosses = new double[loader.batchesPerEpoch()];
      double[] expectedLosses = new double[actualLosses.length];
      int step = 0;
      for (Batch batch : loader.epoch(1)) {
        actual.step(batch);
        expected.step(batch);
        // What the trainer gives is the mean of all steps so far.
        actualLosses[step] = actual.requireFinite() * (step + 1);
        expectedLosses[step] = expected.requireFinite() * (step + 1);
        if (step++ == 0) {
          parameters = largestDifference(expected.weights(), actual.weights());
        }
      }
      assertThat(mean(expectedLosses, expectedLosses.length))
          .as("the last losses, beside the first ones: it learns")
          .isLessThan(mean(expectedLosses, WINDOW));
      return new Parity(parameters, largestDifference(expectedLosses, actualLosses));
    }
  }

  static BatchLoader loader(Job job) {
    return new BatchLoader(
        job.data(),
        BatchLoader.Options.training(job.data(), job.config().batch(), job.config().seed()));
  }

  private static double largestDifference(
      Map<String, HostTensor> expected, Map<String, HostTensor> actual) {
    assertThat(actual).containsOnlyKeys(expected.keySet());
    double largest = 0;
    for (String name : expected.keySet()) {
      double[] a = expected.get(name).toDoubleArray();
      double[] b = actual.get(name).toDoubleArray();
      for (int i = 0; i < a.length; i++) {
        largest = Math.max(largest, Math.abs(a[i] - b[i]));
      }
    }
    return largest;
  }

  /** Of sums over the steps so far. */
  private static double largestDifference(double[] expected, double[] actual) {
    double largest = 0;
    for (int step = WINDOW; step <= expected.length; step++) {
      double a = mean(expected, step);
      double bound = LOSS * Math.max(1, Math.abs(a));
      largest = Math.max(largest, Math.abs(a - mean(actual, step)) / bound);
    }
    return largest;
  }

  /** The mean of the window that ends before a step. */
  private static double mean(double[] sums, int end) {
    return (sums[end - 1] - (end == WINDOW ? 0 : sums[end - 1 - WINDOW])) / WINDOW;
  }

  void require() {
    assertThat(parameters).as("parameters after one step").isBetween(0.0, PARAMETERS);
    assertThat(loss).as("moving mean of the loss, as a share of the bound").isLessThanOrEqualTo(1);
  }

  @Override
  public String toString() {
    return "parameters after one step differ by %.1e, the loss's moving mean by %.1e"
        .formatted(parameters, loss * LOSS);
  }
}
