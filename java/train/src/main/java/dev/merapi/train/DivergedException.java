package dev.merapi.train;

/** Training that cannot go on: a loss, gradient or weight was NaN or infinite. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final long step;

  /** Several trainings of which none went on. */
  public DivergedException(String message) {
    super(message);
    this.step = -1;
  }

  DivergedException(long step) {
    super(
        "the loss or a gradient became NaN or infinite in step "
            + step
            + " (try a smaller learning rate or clip)");
    this.step = step;
  }

  DivergedException(String weight, long step) {
    super(
        weight
            + " became NaN or infinite by step "
            + step
            + " (try a smaller learning rate or clip)");
    this.step = step;
  }

  /** The first step that was not finite, from 0; -1 where that is several trainings' matter. */
  public long step() {
    return step;
  }
}
