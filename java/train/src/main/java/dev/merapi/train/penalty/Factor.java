package dev.merapi.train.penalty;

/** The check of penalties' factors. */
final class Factor {
  private Factor() {}

  static void check(String name, double factor) {
    if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + " must be at least 0, found " + factor);
    }
  }
}
