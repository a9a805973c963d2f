package dev.merapi.train.data;

import dev.merapi.train.data.BatchLoader.Options;
import dev.merapi.train.data.BatchLoader.Order;
import java.util.Arrays;

/**
 * In which order an epoch takes the samples, and of which bucket each of its batches is: a pure
 * function of data, options and the epoch's number.
 *
 * <p>Where there are several {@link Buckets}, the samples in their order are sorted by bucket, cut
 * into batches, and these are taken in a random order of their own if the samples are. What is left
 * over of a bucket begins a batch of the next one, so that there are as many batches as without
 * buckets, and the smaller last one is of the longest samples.
 */
public final class EpochOrder {
  private final int[] samples;

  /** Of each batch. */
  private final int[] buckets;

  private EpochOrder(int[] samples, int[] buckets) {
    this.samples = samples;
    this.buckets = buckets;
  }

  /** That of an epoch. */
  public static EpochOrder of(Dataset data, Options options, int epoch) {
    int[] samples = new int[data.size()];
    options.arrange(samples, epoch);
    int[] ofBatches = new int[options.batches(samples.length)];
    Buckets buckets = data.buckets();
    if (buckets.count() == 1 || options.order() == Order.STREAMS) {
      Arrays.fill(ofBatches, buckets.count() - 1);
      return new EpochOrder(samples, ofBatches);
    }
    int[] taken = batches(sorted(samples, buckets), options, epoch);
    for (int batch = 0; batch < ofBatches.length; batch++) {
      int end = Math.min((batch + 1) * options.batch(), taken.length);
      ofBatches[batch] = buckets.of(taken[end - 1]);
    }
    return new EpochOrder(taken, ofBatches);
  }

  /** By bucket, and within one as before. */
  private static int[] sorted(int[] samples, Buckets buckets) {
    int[] next = new int[buckets.count() + 1];
    for (int sample : samples) {
      next[buckets.of(sample) + 1]++;
    }
    Arrays.parallelPrefix(next, Integer::sum);
    int[] sorted = new int[samples.length];
    for (int sample : samples) {
      sorted[next[buckets.of(sample)]++] = sample;
    }
    return sorted;
  }

  /** Whole batches of shuffled samples in an order of their own; a smaller one stays the last. */
  private static int[] batches(int[] sorted, Options options, int epoch) {
    if (options.order() != Order.SHUFFLED) {
      return sorted;
    }
    int size = options.batch();
    int[] order = new int[sorted.length / size];
    new RandomStream(options.seed(), "batches", epoch).permute(order);
    int[] taken = sorted.clone();
    for (int i = 0; i < order.length; i++) {
      System.arraycopy(sorted, order[i] * size, taken, i * size, size);
    }
    return taken;
  }

  /** The sample at a place: batch b begins with place b times the batch size. */
  public int sample(int place) {
    return samples[place];
  }

  /** The bucket of a batch. */
  public int bucket(int batch) {
    return buckets[batch];
  }

  /** How many batches there are. */
  public int batches() {
    return buckets.length;
  }
}
