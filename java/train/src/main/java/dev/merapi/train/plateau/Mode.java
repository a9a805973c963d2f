package dev.merapi.train.plateau;

/** Whether a metric is better when it is small or when it is large. */
public enum Mode {
  /**
   * Small for metrics whose names end in {@code loss}, {@code error} or {@code perplexity}, large
   * for others.
   */
  AUTO,
  /** Small is better. */
  MIN,
  /** Large is better. */
  MAX;

  /** What {@link #AUTO} means for a metric. */
  public Mode of(String metric) {
    if (this != AUTO) {
      return this;
    }
    return metric.matches(".*(loss|error|perplexity)") ? MIN : MAX;
  }

  /** Than which everything is better. */
  double worst() {
    return this == MIN ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
  }

  /** Whether a value is better than a bound; NaN is not. */
  boolean better(double value, double bound) {
    return this == MIN ? value < bound : value > bound;
  }
}
