package dev.merapi.explain;

import dev.merapi.core.tensor.HostTensor;

/**
 * How some numbers are spread. Parts of a whole are merged without loss of digits by
 *
 * <pre>
 * d = mean_b - mean_a
 * mean = mean_a + d n_b / n
 * m2 = m2_a + m2_b + d^2 n_a n_b / n
 * </pre>
 *
 * <p>Source: Chan, Golub and LeVeque, The American Statistician 37(3), 1983.
 *
 * @param count how many there are
 * @param mean their mean; 0 for none
 * @param m2 the sum of their squared distances from the mean
 * @param zeros how many are 0
 */
public record Moments(long count, double mean, double m2, long zeros) {
  /** Of no numbers. */
  public static final Moments NONE = new Moments(0, 0, 0, 0);

  /** Of all elements of a tensor. */
  public static Moments of(HostTensor tensor) {
    int count = tensor.elements();
    double sum = 0;
    long zeros = 0;
    for (int i = 0; i < count; i++) {
      sum += tensor.get(i);
      zeros += tensor.get(i) == 0 ? 1 : 0;
    }
    double mean = count == 0 ? 0 : sum / count;
    double m2 = 0;
    for (int i = 0; i < count; i++) {
      m2 += (tensor.get(i) - mean) * (tensor.get(i) - mean);
    }
    return new Moments(count, mean, m2, zeros);
  }

  /** Of these numbers and some others together. */
  public Moments merge(Moments other) {
    long all = count + other.count;
    if (all == 0) {
      return NONE;
    }
    double delta = other.mean - mean;
    double share = (double) other.count / all;
    return new Moments(
        all,
        mean + delta * share,
        m2 + other.m2 + delta * delta * count * share,
        zeros + other.zeros);
  }

  /** Of these numbers times a factor that is not 0. */
  Moments times(double factor) {
    return new Moments(count, mean * factor, m2 * factor * factor, zeros);
  }

  /** The standard deviation of a population: sqrt(m2 / count). */
  public double standardDeviation() {
    return count == 0 ? 0 : Math.sqrt(m2 / count);
  }

  /** The Euclidean norm of all the numbers. */
  public double norm() {
    return Math.sqrt(m2 + count * mean * mean);
  }

  /** The share of the numbers that are 0, from 0 to 1. */
  public double shareOfZeros() {
    return count == 0 ? 0 : (double) zeros / count;
  }
}
