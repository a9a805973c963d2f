package dev.merapi.train.data.augment;

/** Checks of options. */
final class Probability {
  private Probability() {}

  /** Requires a number from 0 to 1; the error begins with the option's name. */
  static void require(String option, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(
          option + " must be a probability from 0 to 1, found " + value);
    }
  }
}
