package dev.merapi.cli.command;

import dev.merapi.cli.job.UsageException;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.Predictor;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.TensorDataset;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code merapi bench predict WORKLOAD}: threads that ask a {@link Predictor} one by one. */
@Command(
    name = "predict",
    description = "Times predictions for concurrent callers, each of which waits for its own.")
public final class BenchPredictCommand extends WorkloadCommand {
  /** The part of the time in which requests are not counted. */
  private static final double WARM_UP = 0.2;

  @Option(
      names = "--callers",
      paramLabel = "N",
      defaultValue = "8",
      description = "Threads that ask at once (default: ${DEFAULT-VALUE}).")
  private int callers;

  @Option(
      names = "--max-batch",
      paramLabel = "N",
      defaultValue = "32",
      description = "Samples that are computed together, at most (default: ${DEFAULT-VALUE}).")
  private int maxBatch;

  @Option(
      names = "--max-delay-us",
      paramLabel = "US",
      defaultValue = "200",
      description = "How long a request waits for others, at most (default: ${DEFAULT-VALUE}).")
  private int maxDelay;

  @Override
  public Integer call() {
    Workload workload = workload();
    if (callers < 1 || maxBatch < 1 || maxDelay < 0) {
      throw new UsageException(
          "expected --callers and --max-batch of at least 1 and --max-delay-us of at least 0,"
              + " found %d, %d and %d",
          callers, maxBatch, maxDelay);
    }
    Backends.Choice choice = choose();
    TrainingConfig config = config(workload);
    Batch batch = workload.data(config.seed());
    TensorDataset data = new TensorDataset("made-up data", batch.inputs(), batch.targets(), 0);
    Predictor.Options options =
        Predictor.Options.DEFAULT
            .maxBatch(maxBatch)
            .maxDelay(Duration.ofNanos(1000L * maxDelay))
            .queueSize(callers);
    try (Backend backend = choice.open();
        Predictor predictor =
            new Predictor(
                backend, config, data.inputType(), weights(backend, config, data), options)) {
      Heap.shrink();
      List<HostTensor> samples = samples(batch.inputs(), predictor.inputType());
      long start = System.nanoTime();
      long from = start + (long) (seconds() * WARM_UP * 1e9);
      long until = start + (long) (seconds() * 1e9);
      List<Caller> all = new ArrayList<>();
      for (int i = 0; i < callers; i++) {
        all.add(new Caller(predictor, samples.get(i % samples.size()), from, until));
      }
      all.forEach(Thread::start);
      all.forEach(Caller::finish);
      report(backend, all, (System.nanoTime() - from) * 1e-9);
    }
    return 0;
  }

  private static Map<String, HostTensor> weights(
      Backend backend, TrainingConfig config, TensorDataset data) {
    try (Trainer trainer = Trainer.forEvaluation(backend, config, data)) {
      return trainer.weights();
    }
  }

  private static List<HostTensor> samples(HostTensor batch, TensorType type) {
    List<HostTensor> samples = new ArrayList<>();
    ByteBuffer bytes = batch.bytes();
    int size = (int) type.bytes();
    for (int start = 0; start < bytes.limit(); start += size) {
      samples.add(HostTensor.zeros(type));
      samples.get(samples.size() - 1).bytes().put(0, bytes, start, size);
    }
    return samples;
  }

  private void report(Backend backend, List<Caller> all, double elapsed) {
    long[] nanos = all.stream().flatMapToLong(Caller::latencies).sorted().toArray();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("peer", "merapi");
    result.put("workload", name());
    result.put("device", backend.device());
    result.put("precision", precision());
    result.put("callers", callers);
    result.put("max_batch", maxBatch);
    result.put("max_delay_us", maxDelay);
    result.put("requests", nanos.length);
    result.put("requests_per_s", Json.rounded(nanos.length / elapsed));
    result.put("latency_ms_mean", milliseconds(Arrays.stream(nanos).average().orElseThrow()));
    result.put("latency_ms_p50", milliseconds(percentile(nanos, 50)));
    result.put("latency_ms_p99", milliseconds(percentile(nanos, 99)));
    result.put("peak_rss_mb", Json.rounded(ResidentMemory.peakMegabytes()));
    report(result, Figures.words(result));
  }

  private static double milliseconds(double nanos) {
    return Json.rounded(nanos * 1e-6);
  }

  /** The smallest number that so many percent are not above (nearest rank). */
  private static long percentile(long[] sorted, int percent) {
    return sorted[(int) Math.ceil(percent / 100.0 * sorted.length) - 1];
  }

  /** A thread that asks, waits, and asks again. */
  private static final class Caller extends Thread {
    private final Predictor predictor;
    private final HostTensor sample;
    private final long from;
    private final long until;
    private long[] latencies = new long[1 << 12];
    private int count;
    private RuntimeException failure;

    Caller(Predictor predictor, HostTensor sample, long from, long until) {
      super("caller");
      this.predictor = predictor;
      this.sample = sample;
      this.from = from;
      this.until = until;
    }

    /** At least one request that counts. */
    @Override
    public void run() {
      try {
        do {
          long start = System.nanoTime();
          predictor.predict(sample);
          long end = System.nanoTime();
          if (end >= from) {
            add(end - start);
          }
        } while (count == 0 || System.nanoTime() < until);
      } catch (RuntimeException e) {
        failure = e;
      }
    }

    private void add(long nanos) {
      if (count == latencies.length) {
        latencies = Arrays.copyOf(latencies, 2 * count);
      }
      latencies[count++] = nanos;
    }

    /** Waits for the end; a failure of this thread becomes one of the caller's. */
    void finish() {
      try {
        join();
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted while waiting for the callers", e);
      }
      if (failure != null) {
        throw failure;
      }
    }

    LongStream latencies() {
      return Arrays.stream(latencies, 0, count);
    }
  }
}
