package dev.merapi.train.data;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Some samples of a data set, in an order of their own. */
public final class Subset implements DatasetView {
  private final Dataset dataset;
  private final int[] samples;

  /**
   * The samples with these numbers.
   *
   * @throws IndexOutOfBoundsException when the data set has no such sample
   */
  public Subset(Dataset dataset, int... samples) {
    this.dataset = dataset;
    this.samples = samples.clone();
    for (int sample : samples) {
      Objects.checkIndex(sample, dataset.size());
    }
  }

  /** The two parts of a data set: what is trained on, and what is kept for validation. */
  public record Split(Dataset train, Dataset validation) {}

  /**
   * Keeps a fraction of the samples for validation: the last ones of a sequence, else random ones,
   * the same for the same seed on every machine. Both parts get at least one sample.
   *
   * @param fraction the share of the validation part, above 0 and below 1
   * @throws DataException when there are fewer than two samples
   */
  public static Split split(Dataset dataset, double fraction, long seed) {
    if (!(fraction > 0 && fraction < 1)) {
      throw new IllegalArgumentException("fraction must be above 0 and below 1, found " + fraction);
    }
    if (dataset.size() < 2) {
      throw new DataException(
          dataset.description()
              + ": expected at least 2 samples to split, found "
              + dataset.size());
    }
    Parts parts =
        dataset.sequential()
            ? Parts.of(IntStream.range(0, dataset.size()).toArray(), fraction)
            : Parts.atRandom(dataset.size(), fraction, seed);
    return new Split(new Subset(dataset, parts.train), new Subset(dataset, parts.kept));
  }

  /** The numbers of the samples of both parts, each in ascending order. */
  record Parts(int[] train, int[] kept) {
    /** Keeps the last ones of an order. */
    private static Parts of(int[] order, double fraction) {
      int kept = (int) Math.round(order.length * fraction);
      int trained = order.length - Math.max(1, Math.min(order.length - 1, kept));
      return new Parts(sorted(order, 0, trained), sorted(order, trained, order.length));
    }

    /** Keeps random ones, the same for the same seed on every machine. */
    static Parts atRandom(int size, double fraction, long seed) {
      int[] order = new int[size];
      new RandomStream(seed, "split", 0).permute(order);
      return of(order, fraction);
    }
  }

  private static int[] sorted(int[] order, int from, int to) {
    int[] part = Arrays.copyOfRange(order, from, to);
    Arrays.sort(part);
    return part;
  }

  @Override
  public Dataset dataset() {
    return dataset;
  }

  @Override
  public int size() {
    return samples.length;
  }

  /** Whether the samples are neighbours in a sequence. */
  @Override
  public boolean sequential() {
    for (int i = 1; i < samples.length; i++) {
      if (samples[i] != samples[i - 1] + 1) {
        return false;
      }
    }
    return dataset.sequential();
  }

  @Override
  public void copy(int sample, ByteBuffer input, ByteBuffer target) {
    dataset.copy(samples[sample], input, target);
  }

  @Override
  public void copy(int sample, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    dataset.copy(samples[sample], inputs, targets);
  }

  @Override
  public Reader reader() {
    return selecting(dataset.reader(), samples);
  }

  private static Reader selecting(Reader reader, int[] samples) {
    return (sample, epoch, inputs, targets) -> reader.copy(samples[sample], epoch, inputs, targets);
  }

  @Override
  public Buckets buckets() {
    Buckets all = dataset.buckets();
    return all.count() == 1 ? Buckets.one(this) : new SubsetBuckets(all, samples);
  }

  @Override
  public String description() {
    return samples.length + " of " + dataset.description();
  }

  private record SubsetBuckets(Buckets all, int[] samples) implements BucketsView {
    @Override
    public int of(int sample) {
      return all.of(samples[sample]);
    }

    @Override
    public Reader reader(int bucket) {
      return selecting(all.reader(bucket), samples);
    }
  }
}
