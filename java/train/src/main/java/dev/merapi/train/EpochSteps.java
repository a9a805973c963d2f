package dev.merapi.train;

import dev.merapi.train.schedule.Horizon;

/**
 * How the batches of an epoch make optimizer steps: so many at a time, and those that are left at
 * its end make one more.
 *
 * @param batches of an epoch
 * @param accumulate how many batches a step sums the gradients of
 */
record EpochSteps(int batches, int accumulate) {
  /** Of a training of so many epochs. */
  Horizon horizon(int epochs) {
    long perEpoch = steps(batches);
    return new Horizon(perEpoch, perEpoch * epochs);
  }

  private int steps(int taken) {
    int begun = taken / accumulate;
    return taken == batches && taken % accumulate > 0 ? begun + 1 : begun;
  }

  /** Whether a step is complete when so many batches of the epoch have been taken. */
  boolean completesStep(int taken) {
    return microStep(taken) == 0;
  }

  /** How many batches have been taken of a step that is not complete. */
  int microStep(int taken) {
    return taken == batches ? 0 : taken % accumulate;
  }

  /**
   * Requires that a training can stand somewhere.
   *
   * @param step optimizer steps taken
   * @param microStep batches taken of the next one
   * @throws IllegalArgumentException when it cannot
   */
  void require(Position stood, long step, long microStep) {
    if (stood.batches() > batches) {
      throw new IllegalArgumentException(
          "expected at most " + batches + " batches of an epoch, found " + stood);
    }
    if (stood.epoch() - 1L + steps(stood.batches()) > step) {
      throw new IllegalArgumentException(
          "expected a training of %d steps at its place, found %s".formatted(step, stood));
    }
    if (microStep != microStep(stood.batches())) {
      throw new IllegalArgumentException(
          "expected %d micro-steps at %s, found %d"
              .formatted(microStep(stood.batches()), stood, microStep));
    }
  }
}
