package dev.merapi.train.checkpoint;

import dev.merapi.core.op.state.Control;
import dev.merapi.core.runtime.Snapshot;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.Callback;
import dev.merapi.train.EpochResult;
import dev.merapi.train.Position;
import dev.merapi.train.Trainer;
import dev.merapi.train.data.Vocabulary;
import dev.merapi.train.io.Safetensors;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Writes a training's checkpoints: the variables are copied between two steps, and written by a
 * thread of its own while the training goes on. A second one waits until the first is written.
 *
 * <p>Not written is what cannot be gone on with: a state after a loss or with a weight that is not
 * finite.
 */
public final class Checkpointer implements Callback, AutoCloseable {
  private final Trainer trainer;
  private final Checkpoints checkpoints;
  private final Options options;
  private final Snapshot snapshot;
  private final Set<String> weights;
  private final Map<String, String> metadata;
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(
          work -> {
            Thread thread = new Thread(work, "merapi-checkpoints");
            thread.setDaemon(true);
            return thread;
          });
  private Future<?> writing;
  private Best best;
  private long taken;
  private long waitedNanos;

  /**
   * When checkpoints are written, and which stay.
   *
   * @param everySteps after so many steps; 0 for the ends of epochs alone
   * @param keep how many of the newest stay, beside that with the best validation loss
   * @param settings what a training that goes on must share
   * @param environment what equal bits depend on
   * @param vocabularies of the training data, which are kept with the weights
   */
  public record Options(
      long everySteps,
      int keep,
      Map<String, String> settings,
      Map<String, String> environment,
      Map<String, Vocabulary> vocabularies) {
    public Options {
      if (everySteps < 0 || keep < 1) {
        throw new IllegalArgumentException(
            "expected everySteps from 0 and keep from 1, found " + everySteps + " and " + keep);
      }
    }

    /** Of data without tokens. */
    public Options(
        long everySteps, int keep, Map<String, String> settings, Map<String, String> environment) {
      this(everySteps, keep, settings, environment, Map.of());
    }
  }

  /**
   * Makes the folder, and reserves the memory of a copy.
   *
   * @param from the checkpoint that the training goes on from, or null
   * @throws dev.merapi.train.io.OutputException when the folder cannot be written
   */
  public Checkpointer(Trainer trainer, Checkpoints checkpoints, Options options, Checkpoint from) {
    this.trainer = trainer;
    this.checkpoints = checkpoints;
    this.options = options;
    this.metadata = SavedVocabularies.metadata(options.vocabularies());
    this.best = from == null ? null : from.best();
    this.taken = from == null ? -1 : from.step();
    checkpoints.make();
    this.weights = new LinkedHashSet<>(trainer.weightNames());
    this.snapshot = trainer.snapshot();
  }

  /** After the last step of an epoch there will be the one of its end, under the same name. */
  @Override
  public void onStep(long step) {
    boolean due = options.everySteps() > 0 && step % options.everySteps() == 0;
    if (due && !trainer.atEpochEnd()) {
      take(step);
    }
  }

  @Override
  public void onEpochEnd(EpochResult result) {
    result
        .validation()
        .ifPresent(
            validation -> {
              if (validation.loss() < (best == null ? Double.POSITIVE_INFINITY : best.loss())) {
                best = new Best(result.steps(), validation.loss());
              }
            });
    take(result.steps());
  }

  /** Copies the state as it is after a step, and has it written. */
  public void take(long step) {
    long start = System.nanoTime();
    await();
    snapshot.take();
    Position position = trainer.position();
    Best soFar = best;
    writing = writer.submit(() -> write(manifest(step, position, soFar)));
    taken = step;
    waitedNanos += System.nanoTime() - start;
    trainer.profile().spent("wait for checkpoints", start);
  }

  private Manifest manifest(long step, Position position, Best soFar) {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put(Checkpoint.WEIGHTS, file(Checkpoint.WEIGHTS));
    entries.put(Checkpoint.STATE, file(Checkpoint.STATE));
    return new Manifest(
        Manifest.FORMAT,
        Manifest.VERSION,
        step,
        position.epoch(),
        position.batches(),
        soFar,
        options.settings(),
        options.environment(),
        entries);
  }

  private static String file(String entry) {
    return entry + ".safetensors";
  }

  private void write(Manifest manifest) {
    if (snapshot.read(Control.FINITE.path()).item() == 0 || !weightsAreFinite()) {
      return;
    }
    Map<String, TensorType> model = new LinkedHashMap<>();
    Map<String, TensorType> others = new LinkedHashMap<>();
    for (String path : snapshot.paths()) {
      (weights.contains(path) ? model : others).put(path, snapshot.type(path));
    }
    checkpoints.write(
        manifest,
        folder -> {
          write(folder, Checkpoint.WEIGHTS, model, metadata);
          write(folder, Checkpoint.STATE, others, Map.of());
        });
    long bestStep = manifest.best() == null ? -1 : manifest.best().step();
    checkpoints.prune(manifest.step(), options.keep(), bestStep);
  }

  /** The flag speaks of losses; an update may have been the first to overflow. */
  private boolean weightsAreFinite() {
    for (String path : weights) {
      HostTensor value = snapshot.read(path);
      for (int i = 0; i < value.elements(); i++) {
        if (!Double.isFinite(value.get(i))) {
          return false;
        }
      }
    }
    return true;
  }

  private void write(
      Path folder, String entry, Map<String, TensorType> types, Map<String, String> beside) {
    Safetensors.write(folder.resolve(file(entry)), types, snapshot::read, beside);
  }

  /** Waits until what was taken is written; throws what went wrong there. */
  public void await() {
    if (writing == null) {
      return;
    }
    Future<?> awaited = writing;
    writing = null;
    boolean interrupted = false;
    while (true) {
      try {
        awaited.get();
        break;
      } catch (InterruptedException e) {
        interrupted = true; // half a checkpoint is none
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException failure) {
          throw failure;
        }
        throw new IllegalStateException("writing a checkpoint failed", e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** The step of the newest one that was taken or gone on from, or -1. */
  public long newest() {
    return taken;
  }

  /** The best evaluation so far; null when there was none. */
  public Best best() {
    return best;
  }

  /** How long the training has waited for checkpoints. */
  public double waitedSeconds() {
    return waitedNanos * 1e-9;
  }

  @Override
  public void close() {
    try {
      await();
    } finally {
      writer.shutdown();
      snapshot.close();
    }
  }
}
