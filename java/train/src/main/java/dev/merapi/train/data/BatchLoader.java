package dev.merapi.train.data;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Epochs of batches, which background threads fill ahead of the consumer.
 *
 * <p>The order of an epoch is a Fisher-Yates shuffle drawn from Philox 4x32-10 with the key (seed,
 * "shuffle") and the counter (draw / 4, 0, epoch, 0): a pure function of seed and epoch, the same
 * on every machine, so that a resumed training sees the same batches. Of sequential data every row
 * of the batches is a stream of its own: with P batches an epoch, row n of batch b is sample n P +
 * b, so that each row continues that row of the batch before; samples that make no whole batch are
 * left out. Data of several lengths make batches of one bucket each, see {@link EpochOrder}. The
 * buffers are recycled: a batch is valid until the next one is asked for, and nothing is allocated
 * per batch. The last batch is smaller when the batch size does not divide the data; it has tensors
 * of its own size.
 *
 * <p>Each thread fills whole batches; which one fills which makes no difference. One consumer at a
 * time. What goes wrong in a thread is thrown in the consumer, after the batches before it.
 */
public final class BatchLoader implements AutoCloseable {
  private static final long CLOSE_MILLIS = 10_000;

  private final Dataset dataset;
  private final Buckets buckets;
  private final Options options;
  private final int batches;
  private final int lastSize;
  private final List<Thread> threads = new ArrayList<>();

  /** For whole batches of each bucket, and for the smaller last one; guarded by this. */
  private final List<ArrayDeque<Slot>> free = new ArrayList<>();

  private final ArrayDeque<Slot> freeLast = new ArrayDeque<>(1);

  /** Of batch i of the epoch at i modulo the length: there are never as many on their way. */
  private final Slot[] ready;

  private Epoch requested;
  private int nextToFill;
  private boolean closed;

  /** The order of the samples. */
  public enum Order {
    /** As the data set has them. */
    AS_IS,
    /** Another random order in each epoch. */
    SHUFFLED,
    /** Parallel streams, for sequential data. */
    STREAMS
  }

  /**
   * How batches are made.
   *
   * @param batch samples per batch
   * @param order of the samples
   * @param seed of a random order
   * @param dropLast whether a smaller last batch is left out; streams never have one
   * @param prefetch how many batches may be ready ahead of the consumer
   * @param threads that fill batches
   */
  public record Options(
      int batch, Order order, long seed, boolean dropLast, int prefetch, int threads) {
    private static final int MOST_THREADS = 8;

    public Options {
      if (batch < 1 || prefetch < 1 || threads < 1) {
        throw new IllegalArgumentException(
            "expected batch, prefetch and threads of at least 1, found %d, %d and %d"
                .formatted(batch, prefetch, threads));
      }
    }

    private static Options of(int batch, Order order, long seed, boolean dropLast) {
      return new Options(batch, order, seed, dropLast, 4, 1);
    }

    /**
     * For training: streams of sequential data, else shuffled batches. Half of the processors fill
     * batches of data that are computed; what is only copied needs one thread.
     */
    public static Options training(Dataset dataset, int batch, long seed) {
      Options options = dataset.sequential() ? streams(batch) : shuffled(batch, seed);
      int half = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
      return options.threads(dataset.computed() ? Math.min(MOST_THREADS, half) : 1);
    }

    /** For evaluation: streams of sequential data, else batches in the data set's order. */
    public static Options evaluation(Dataset dataset, int batch) {
      return dataset.sequential() ? streams(batch) : inOrder(batch);
    }

    /** Shuffled batches. */
    public static Options shuffled(int batch, long seed) {
      return of(batch, Order.SHUFFLED, seed, false);
    }

    /** Batches in the data set's order. */
    public static Options inOrder(int batch) {
      return of(batch, Order.AS_IS, 0, false);
    }

    /** Batches that continue each other, row by row. */
    public static Options streams(int batch) {
      return of(batch, Order.STREAMS, 0, true);
    }

    /** The same with or without a smaller last batch; streams never have one. */
    public Options dropLast(boolean drop) {
      return new Options(batch, order, seed, drop, prefetch, threads);
    }

    /** The same with as many threads. */
    public Options threads(int other) {
      return new Options(batch, order, seed, dropLast, prefetch, other);
    }

    /**
     * Requires data for a batch.
     *
     * @throws DataException when there is not even one batch
     */
    public void requireBatch(Dataset dataset) {
      if (batches(dataset.size()) == 0) {
        throw new DataException(
            dataset.description()
                + ": expected at least one batch of "
                + batch
                + ", found "
                + dataset.size()
                + " samples");
      }
    }

    /** How many samples the smaller last batch of so many has; 0 when there is none. */
    public int lastSize(int samples) {
      return dropLast || order == Order.STREAMS ? 0 : samples % batch;
    }

    /** Fills in the order in which an epoch takes the samples, batch by batch. */
    public void arrange(int[] samples, int epoch) {
      int streams = batches(samples.length);
      switch (order) {
        case AS_IS -> Arrays.setAll(samples, i -> i);
        case SHUFFLED -> new RandomStream(seed, "shuffle", epoch).permute(samples);
        case STREAMS -> Arrays.setAll(samples, i -> i % batch * streams + i / batch);
      }
    }

    /** How many of so many samples are in the batches of an epoch. */
    public long samplesPerEpoch(int samples) {
      return samples / batch * (long) batch + lastSize(samples);
    }

    /** How many batches so many samples make, a smaller last one included. */
    public int batches(int samples) {
      return samples / batch + (lastSize(samples) > 0 ? 1 : 0);
    }
  }

  /** A batch that is filled again and again. */
  private static final class Slot {
    private final ArrayDeque<Slot> home;
    private final Batch batch;
    private final List<ByteBuffer> inputs;
    private final List<ByteBuffer> targets;

    /** What went wrong instead of this batch; else null. */
    private Throwable failure;

    Slot(ArrayDeque<Slot> home, Buckets buckets, int bucket, int size) {
      this.home = home;
      batch =
          new Batch(
              rows(buckets.inputTypes(bucket), size), rows(buckets.targetTypes(bucket), size));
      inputs = bytes(batch.inputTensors());
      targets = bytes(batch.targetTensors());
    }

    private static List<HostTensor> rows(List<TensorType> types, int size) {
      return types.stream()
          .map(type -> HostTensor.zeros(type.withShape(Shape.of(size).concat(type.shape()))))
          .toList();
    }

    private static List<ByteBuffer> bytes(List<HostTensor> tensors) {
      return tensors.stream().map(HostTensor::bytes).toList();
    }

    void clear() {
      failure = null;
      for (int i = 0; i < inputs.size(); i++) {
        inputs.get(i).clear();
      }
      for (int i = 0; i < targets.size(); i++) {
        targets.get(i).clear();
      }
    }

    boolean full() {
      boolean full = true;
      for (int i = 0; i < inputs.size(); i++) {
        full &= !inputs.get(i).hasRemaining();
      }
      for (int i = 0; i < targets.size(); i++) {
        full &= !targets.get(i).hasRemaining();
      }
      return full;
    }
  }

  /**
   * A loader for a data set; its threads wait until an epoch is asked for.
   *
   * @throws DataException when there is not even one batch
   */
  public BatchLoader(Dataset dataset, Options options) {
    this.dataset = dataset;
    this.buckets = dataset.buckets();
    this.options = options;
    this.lastSize = options.lastSize(dataset.size());
    this.batches = options.batches(dataset.size());
    options.requireBatch(dataset);
    this.ready = new Slot[makeSlots() + 2];
    for (int i = 0; i < options.threads(); i++) {
      Thread thread = new Thread(new Worker(), "merapi-batch-loader-" + i);
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
  }

  /**
   * Makes what is filled: of each bucket one for the consumer, one for each thread, and none that
   * an epoch cannot fill.
   *
   * @return how many are for whole batches
   */
  private int makeSlots() {
    EpochOrder order = EpochOrder.of(dataset, options, 0);
    int[] whole = new int[buckets.count()];
    for (int i = 0; i < dataset.size() / options.batch(); i++) {
      whole[order.bucket(i)]++;
    }
    int made = 0;
    for (int bucket = 0; bucket < whole.length; bucket++) {
      int slots = Math.min(options.prefetch() + options.threads(), whole[bucket]);
      ArrayDeque<Slot> home = new ArrayDeque<>(slots);
      for (int i = 0; i < slots; i++) {
        home.add(new Slot(home, buckets, bucket, options.batch()));
      }
      free.add(home);
      made += slots;
    }
    if (lastSize > 0) {
      freeLast.add(new Slot(freeLast, buckets, order.bucket(batches - 1), lastSize));
    }
    return made;
  }

  /** The number of batches of an epoch, a smaller last one included. */
  public int batchesPerEpoch() {
    return batches;
  }

  /** The number of samples of an epoch. */
  public long samplesPerEpoch() {
    return options.samplesPerEpoch(dataset.size());
  }

  /** The samples of one batch, and of the last one of an epoch. */
  public int batchSize(int index) {
    return lastSize > 0 && index == batches - 1 ? lastSize : options.batch();
  }

  /** All batches of an epoch. An epoch that was not read to its end is given up. */
  public Iterable<Batch> epoch(int epoch) {
    return epoch(epoch, 0);
  }

  /** The batches of an epoch from one on, for a training that is resumed within an epoch. */
  public Iterable<Batch> epoch(int epoch, int firstBatch) {
    if (firstBatch < 0 || firstBatch > batches) {
      throw new IllegalArgumentException(
          "expected a batch from 0 to " + batches + ", found " + firstBatch);
    }
    return () -> start(new Epoch(epoch, firstBatch));
  }

  private synchronized Epoch start(Epoch epoch) {
    if (requested != null) {
      requested.release();
    }
    for (int i = 0; i < ready.length; i++) {
      if (ready[i] != null) {
        recycle(ready[i]);
        ready[i] = null;
      }
    }
    requested = epoch;
    nextToFill = epoch.next;
    notifyAll();
    return epoch;
  }

  private void recycle(Slot slot) {
    slot.home.add(slot);
    notifyAll();
  }

  /** The batches of one epoch, as the consumer sees them. */
  private final class Epoch implements Iterator<Batch> {
    private final int number;
    private final EpochOrder order;
    private int next;
    private Slot current;

    Epoch(int number, int firstBatch) {
      this.number = number;
      this.order = EpochOrder.of(dataset, options, number);
      this.next = firstBatch;
    }

    @Override
    public boolean hasNext() {
      return next < batches;
    }

    @Override
    public Batch next() {
      if (!hasNext()) {
        throw new NoSuchElementException("epoch " + number + " has " + batches + " batches");
      }
      current = take(this);
      next++;
      return current.batch;
    }

    void release() {
      if (current != null) {
        recycle(current);
        current = null;
      }
    }
  }

  private synchronized Slot take(Epoch epoch) {
    if (epoch != requested) {
      throw new IllegalStateException("another epoch was begun before this one's end");
    }
    epoch.release();
    int place = epoch.next % ready.length;
    while (ready[place] == null && !closed) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while waiting for a batch", e);
      }
    }
    if (closed) {
      throw new IllegalStateException("the batch loader is closed");
    }
    Slot slot = ready[place];
    if (slot.failure != null) { // it stays there, to be thrown again
      throw slot.failure instanceof DataException
          ? new DataException(slot.failure.getMessage(), slot.failure)
          : new IllegalStateException("loading a batch failed: " + slot.failure, slot.failure);
    }
    ready[place] = null;
    return slot;
  }

  /** One thread, with readers of its own. */
  private final class Worker implements Runnable {
    private final Dataset.Reader[] readers = new Dataset.Reader[buckets.count()];

    @Override
    public void run() {
      while (true) {
        Epoch wanted;
        int index;
        Slot slot;
        synchronized (BatchLoader.this) {
          while (!closed && !canFill()) {
            try {
              BatchLoader.this.wait();
            } catch (InterruptedException e) {
              // only close() interrupts, and the loop's condition sees that it did
              continue;
            }
          }
          if (closed) {
            return;
          }
          wanted = requested;
          index = nextToFill++;
          slot = slots(wanted, index).poll();
        }
        fill(slot, wanted, index);
        deliver(wanted, index, slot);
      }
    }

    private void fill(Slot slot, Epoch wanted, int index) {
      slot.clear();
      try {
        int bucket = wanted.order.bucket(index);
        if (readers[bucket] == null) {
          readers[bucket] = buckets.reader(bucket);
        }
        int first = index * options.batch();
        for (int i = 0; i < slot.batch.size(); i++) {
          int sample = wanted.order.sample(first + i);
          readers[bucket].copy(sample, wanted.number, slot.inputs, slot.targets);
        }
        if (!slot.full()) {
          throw new IllegalStateException(
              dataset.description()
                  + ": copy() did not move the buffers' positions behind the sample");
        }
      } catch (Throwable t) { // handed to the consumer, who throws it
        slot.failure = t;
      }
    }
  }

  private boolean canFill() {
    return requested != null && nextToFill < batches && !slots(requested, nextToFill).isEmpty();
  }

  private ArrayDeque<Slot> slots(Epoch epoch, int index) {
    boolean whole = batchSize(index) == options.batch();
    return whole ? free.get(epoch.order.bucket(index)) : freeLast;
  }

  private synchronized void deliver(Epoch epoch, int index, Slot slot) {
    if (epoch == requested) {
      ready[index % ready.length] = slot;
      notifyAll();
    } else {
      recycle(slot);
    }
  }

  /**
   * Ends the threads and waits for them.
   *
   * @throws IllegalStateException when the data set does not return within ten seconds
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    threads.forEach(Thread::interrupt);
    boolean interrupted = false;
    long deadline = System.nanoTime() + CLOSE_MILLIS * 1_000_000;
    for (Thread thread : threads) {
      while (thread.isAlive() && System.nanoTime() < deadline) {
        try {
          thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (threads.stream().anyMatch(Thread::isAlive)) {
      throw new IllegalStateException(
          dataset.description() + ": a sample is still being read after 10 s");
    }
  }
}
