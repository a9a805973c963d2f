package dev.merapi.train;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;

/**
 * Predictions for services: a trained model on a device, which any number of threads ask at once.
 *
 * <p>Requests that come together are computed together, in batches of sizes that are compiled
 * before the first one; a request allocates nothing but its result. The last bits of a prediction
 * may depend on the size of the batch. Batch normalization is folded into the layers before it. The
 * backend serves this alone until {@link #close}; the caller closes it afterwards.
 */
public final class Predictor implements AutoCloseable {
  /**
   * How requests are served.
   *
   * @param maxBatch samples that are computed together, at most
   * @param maxDelay how long a request may wait for others to be computed with
   * @param queueSize requests that may wait, at most; further ones are rejected
   * @param foldBatchNorm whether batch normalization is folded into the layer before it
   */
  public record Options(int maxBatch, Duration maxDelay, int queueSize, boolean foldBatchNorm) {
    /** Batches of 32 at most, waiting for 200 microseconds, 1024 requests in the queue. */
    public static final Options DEFAULT = new Options(32, Duration.ofNanos(200_000), 1024, true);

    public Options {
      if (maxBatch < 1 || queueSize < 1 || maxDelay.isNegative()) {
        throw new IllegalArgumentException(
            "expected maxBatch and queueSize of at least 1 and a maxDelay of at least 0, found %d, %d and %s"
                .formatted(maxBatch, queueSize, maxDelay));
      }
    }

    public Options maxBatch(int other) {
      return new Options(other, maxDelay, queueSize, foldBatchNorm);
    }

    public Options maxDelay(Duration other) {
      return new Options(maxBatch, other, queueSize, foldBatchNorm);
    }

    public Options queueSize(int other) {
      return new Options(maxBatch, maxDelay, other, foldBatchNorm);
    }

    public Options foldBatchNorm(boolean other) {
      return new Options(maxBatch, maxDelay, queueSize, other);
    }

    /** The powers of two up to the largest batch, and that one. */
    List<Integer> sizes() {
      List<Integer> sizes = new ArrayList<>();
      for (int size = 1; size < maxBatch && size > 0; size *= 2) {
        sizes.add(size);
      }
      sizes.add(maxBatch);
      return sizes;
    }
  }

  private final TensorType sample;
  private final Options options;
  private final InferencePrograms programs;
  private final RequestQueue queue;
  private final Thread server;

  /**
   * Compiles the model and begins to serve.
   *
   * @param config what was trained; its model and precision count
   * @param sample the type of one input, as of the data that the model was trained on: bytes become
   *     numbers from 0 to 1
   * @param weights as {@link Trainer#weights} gives them, or a file
   * @throws dev.merapi.core.graph.GraphException when the model does not fit the sample
   * @throws IllegalArgumentException when the weights are not those of the model
   */
  public Predictor(
      Backend backend,
      TrainingConfig config,
      TensorType sample,
      Map<String, HostTensor> weights,
      Options options) {
    this.sample = sample;
    this.options = options;
    this.queue = new RequestQueue(options.queueSize());
    this.programs = new InferencePrograms(backend, config, sample, weights, options);
    this.server = new Thread(this::serve, "predictor " + config.name());
    server.setDaemon(true);
    server.start();
  }

  /** The type of one input. */
  public TensorType inputType() {
    return sample;
  }

  /** The type of one prediction: what the model gives for one sample, such as logits. */
  public TensorType outputType() {
    return programs.prediction();
  }

  /** Kernels that one sample alone takes. */
  public int kernels() {
    return programs.kernels(1);
  }

  /**
   * Predicts one sample, and waits for it.
   *
   * @return a new tensor of {@link #outputType}
   * @throws IllegalArgumentException when the sample is of another type
   * @throws RejectedExecutionException when too many requests wait
   * @throws IllegalStateException when this is closed
   * @throws dev.merapi.core.runtime.KernelException when the device fails
   */
  public HostTensor predict(HostTensor input) {
    try {
      return submit(input).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /**
   * Predicts one sample later. The input must not change before the result is there. What depends
   * on the result directly runs in the thread that serves all, so it should be short.
   *
   * @return completed with a new tensor, or with what went wrong; to cancel it may save its work
   * @throws IllegalArgumentException when the sample is of another type
   * @throws RejectedExecutionException when too many requests wait
   * @throws IllegalStateException when this is closed
   */
  public CompletableFuture<HostTensor> submit(HostTensor input) {
    if (!input.type().equals(sample)) {
      throw new IllegalArgumentException("expected a sample " + sample + ", found " + input.type());
    }
    RequestQueue.Request request = new RequestQueue.Request(input, new CompletableFuture<>());
    queue.add(request);
    return request.result();
  }

  private void serve() {
    List<RequestQueue.Request> batch = new ArrayList<>(options.maxBatch());
    long delay = options.maxDelay().toNanos();
    while (queue.take(batch, options.maxBatch(), delay)) {
      batch.removeIf(request -> request.result().isDone()); // cancelled
      serve(batch);
      batch.clear();
    }
  }

  private void serve(List<RequestQueue.Request> batch) {
    if (batch.isEmpty()) {
      return;
    }
    HostTensor[] results;
    try {
      results = programs.run(batch.stream().map(RequestQueue.Request::sample).toList());
    } catch (RuntimeException | Error e) {
      if (batch.size() == 1) {
        batch.get(0).result().completeExceptionally(e);
      } else {
        // One bad sample must not fail those that came with it.
        batch.forEach(request -> serve(List.of(request)));
      }
      return;
    }
    for (int i = 0; i < results.length; i++) {
      batch.get(i).result().complete(results[i]);
    }
  }

  /** Takes no more requests, finishes those that it has, and releases all but the backend. */
  @Override
  public void close() {
    queue.close();
    boolean interrupted = false;
    while (server.isAlive()) {
      try {
        server.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    programs.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
