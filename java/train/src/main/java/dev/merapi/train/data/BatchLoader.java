package dev.merapi.train.data;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * Epochs of batches, which one background thread fills ahead of the consumer.
 *
 * <p>The order of an epoch is a Fisher-Yates shuffle drawn from Philox 4x32-10 with the key (seed,
 * "shuffle") and the counter (draw / 4, 0, epoch, 0): a pure function of seed and epoch, the same
 * on every machine, so that a resumed training sees the same batches. Of sequential data every row
 * of the batches is a stream of its own: with P batches an epoch, row n of batch b is sample n P +
 * b, so that each row continues that row of the batch before; samples that make no whole batch are
 * left out. The buffers are recycled: a batch is valid until the next one is asked for, and nothing
 * is allocated per batch. The last batch is smaller when the batch size does not divide the data;
 * it has tensors of its own size.
 *
 * <p>One consumer at a time. What goes wrong in the thread is thrown in the consumer, after the
 * batches before it.
 */
public final class BatchLoader implements AutoCloseable {
  private static final long CLOSE_MILLIS = 10_000;

  private final Dataset dataset;
  private final Options options;
  private final int batches;
  private final int lastSize;
  private final Thread thread = new Thread(this::work, "merapi-batch-loader");
  private final int[] order;

  // guarded by this
  private final ArrayDeque<Slot> free;
  private final ArrayDeque<Slot> freeLast = new ArrayDeque<>(1);
  private final ArrayDeque<Slot> ready;
  private Epoch requested;
  private int nextToFill;
  private Throwable failure;
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
   */
  public record Options(int batch, Order order, long seed, boolean dropLast, int prefetch) {
    public Options {
      if (batch < 1 || prefetch < 1) {
        throw new IllegalArgumentException(
            "expected batch and prefetch of at least 1, found " + batch + " and " + prefetch);
      }
    }

    /** For training: streams of sequential data, else shuffled batches. */
    public static Options training(Dataset dataset, int batch, long seed) {
      return dataset.sequential() ? streams(batch) : shuffled(batch, seed);
    }

    /** For evaluation: streams of sequential data, else batches in the data set's order. */
    public static Options evaluation(Dataset dataset, int batch) {
      return dataset.sequential() ? streams(batch) : inOrder(batch);
    }

    /** Shuffled batches. */
    public static Options shuffled(int batch, long seed) {
      return new Options(batch, Order.SHUFFLED, seed, false, 4);
    }

    /** Batches in the data set's order. */
    public static Options inOrder(int batch) {
      return new Options(batch, Order.AS_IS, 0, false, 4);
    }

    /** Batches that continue each other, row by row. */
    public static Options streams(int batch) {
      return new Options(batch, Order.STREAMS, 0, true, 4);
    }

    /** The same with or without a smaller last batch; streams never have one. */
    public Options dropLast(boolean drop) {
      return new Options(batch, order, seed, drop, prefetch);
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
  private record Slot(Batch batch, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    static Slot of(Dataset dataset, int size) {
      List<HostTensor> inputs = rows(dataset.inputTypes(), size);
      List<HostTensor> targets = rows(dataset.targetTypes(), size);
      return new Slot(new Batch(inputs, targets), bytes(inputs), bytes(targets));
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
   * A loader for a data set; its thread waits until an epoch is asked for.
   *
   * @throws DataException when there is not even one batch
   */
  public BatchLoader(Dataset dataset, Options options) {
    this.dataset = dataset;
    this.options = options;
    int whole = dataset.size() / options.batch();
    this.lastSize = options.lastSize(dataset.size());
    this.batches = options.batches(dataset.size());
    options.requireBatch(dataset);
    this.order = new int[dataset.size()];
    // one for the consumer, and none that an epoch cannot fill
    int slots = Math.min(options.prefetch() + 1, whole);
    this.free = new ArrayDeque<>(slots);
    this.ready = new ArrayDeque<>(options.prefetch() + 2);
    for (int i = 0; i < slots; i++) {
      free.add(Slot.of(dataset, options.batch()));
    }
    if (lastSize > 0) {
      freeLast.add(Slot.of(dataset, lastSize));
    }
    thread.setDaemon(true);
    thread.start();
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
    while (!ready.isEmpty()) {
      recycle(ready.poll());
    }
    failure = null;
    requested = epoch;
    nextToFill = epoch.next;
    notifyAll();
    return epoch;
  }

  private void recycle(Slot slot) {
    (slot.batch().size() == options.batch() ? free : freeLast).add(slot);
    notifyAll();
  }

  /** The batches of one epoch, as the consumer sees them. */
  private final class Epoch implements Iterator<Batch> {
    private final int number;
    private int next;
    private Slot current;

    Epoch(int number, int firstBatch) {
      this.number = number;
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
      return current.batch();
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
    while (ready.isEmpty() && failure == null && !closed) {
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
    if (ready.isEmpty()) {
      throw failure instanceof DataException
          ? new DataException(failure.getMessage(), failure)
          : new IllegalStateException("loading a batch failed: " + failure, failure);
    }
    return ready.poll();
  }

  private void work() {
    Epoch ordered = null;
    while (true) {
      Epoch epoch;
      int index;
      Slot slot;
      synchronized (this) {
        while (!closed && !canFill()) {
          try {
            wait();
          } catch (InterruptedException e) {
            // only close() interrupts, and the loop's condition sees that it did
            continue;
          }
        }
        if (closed) {
          return;
        }
        epoch = requested;
        index = nextToFill++;
        slot = slots(index).poll();
      }
      Throwable thrown = null;
      try {
        if (ordered != epoch) {
          options.arrange(order, epoch.number);
          ordered = epoch;
        }
        fill(slot, index);
      } catch (Throwable t) { // handed to the consumer, who throws it
        thrown = t;
      }
      deliver(epoch, slot, thrown);
    }
  }

  private boolean canFill() {
    return requested != null
        && failure == null
        && nextToFill < batches
        && !slots(nextToFill).isEmpty();
  }

  private ArrayDeque<Slot> slots(int index) {
    return batchSize(index) == options.batch() ? free : freeLast;
  }

  private synchronized void deliver(Epoch epoch, Slot slot, Throwable thrown) {
    if (epoch == requested && thrown == null) {
      ready.add(slot);
    } else {
      recycle(slot);
    }
    if (epoch == requested && thrown != null) {
      failure = thrown;
    }
    notifyAll();
  }

  private void fill(Slot slot, int index) {
    slot.clear();
    int first = index * options.batch();
    for (int i = 0; i < slot.batch().size(); i++) {
      dataset.copy(order[first + i], slot.inputs(), slot.targets());
    }
    if (!slot.full()) {
      throw new IllegalStateException(
          dataset.description() + ": copy() did not move the buffers' positions behind the sample");
    }
  }

  /**
   * Ends the thread and waits for it.
   *
   * @throws IllegalStateException when the data set does not return within ten seconds
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    thread.interrupt();
    boolean interrupted = false;
    long deadline = System.nanoTime() + CLOSE_MILLIS * 1_000_000;
    while (thread.isAlive() && System.nanoTime() < deadline) {
      try {
        thread.join(CLOSE_MILLIS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      throw new IllegalStateException(
          dataset.description() + ": a sample is still being read after 10 s");
    }
  }
}
