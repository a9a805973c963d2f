package dev.merapi.bench.kernel;

/** Which of the three computations of a layer. */
enum Direction {
  FORWARD("forward"),
  GRAD_INPUT("input gradient"),
  GRAD_WEIGHT("weight gradient");

  private final String words;

  Direction(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
