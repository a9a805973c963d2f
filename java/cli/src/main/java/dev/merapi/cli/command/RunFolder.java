package dev.merapi.cli.command;

import dev.merapi.cli.job.UsageException;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.Callback;
import dev.merapi.train.EpochResult;
import dev.merapi.train.Evaluation;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.checkpoint.Checkpoint;
import dev.merapi.train.checkpoint.Checkpoints;
import dev.merapi.train.checkpoint.SavedVocabularies;
import dev.merapi.train.checkpoint.SavedWeights;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.Vocabulary;
import dev.merapi.train.io.MetricsCsv;
import dev.merapi.train.io.MetricsJsonl;
import dev.merapi.train.io.OutputException;
import dev.merapi.train.io.OutputFolder;
import dev.merapi.train.io.Safetensors;
import dev.merapi.train.tensorboard.TensorBoard;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder of one training. Unless the training ends well or has left a checkpoint to go on from,
 * everything that it put there goes away again, together with the folders that were made for it,
 * and what it was to overwrite stays.
 */
final class RunFolder implements Callback, AutoCloseable {
  private static final String WEIGHTS = "weights.safetensors";

  private final OutputFolder output;
  private final List<Path> created;
  private final Thread atExit = new Thread(this::release);
  private MetricsCsv metrics;
  private MetricsJsonl lines;
  private boolean open = true;
  private boolean complete;
  private int resumedEpoch;
  private long resumedStep;

  private RunFolder(OutputFolder output, List<Path> created) {
    this.output = output;
    this.created = created;
    // An interrupt ends the JVM without unwinding the stack.
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * Makes or opens a folder.
   *
   * @throws OutputException when it cannot be written or holds another run's results
   */
  static RunFolder open(Path path, OutputFolder.Mode mode) {
    List<Path> missing = missing(path);
    try {
      return new RunFolder(OutputFolder.open(path, mode), missing);
    } catch (OutputException e) {
      remove(missing);
      throw e;
    }
  }

  /** The folder with the next free number under a parent. */
  static RunFolder next(Path parent) throws IOException {
    int number = 1 + numbered(parent).stream().mapToInt(RunFolder::number).max().orElse(0);
    List<Path> missing = missing(parent);
    try {
      Files.createDirectories(parent);
    } catch (IOException e) {
      remove(missing);
      throw new OutputException(parent, "cannot be written", e);
    }
    while (true) {
      Path path = parent.resolve(Integer.toString(number++));
      try {
        Files.createDirectory(path);
      } catch (FileAlreadyExistsException e) {
        continue; // another training took this number
      }
      List<Path> created = new ArrayList<>(List.of(path));
      created.addAll(missing);
      return new RunFolder(OutputFolder.open(path, OutputFolder.Mode.NEW), created);
    }
  }

  /** The folders to be made for a path, innermost first. */
  private static List<Path> missing(Path path) {
    List<Path> missing = new ArrayList<>();
    for (Path p = path.toAbsolutePath(); p != null && Files.notExists(p); p = p.getParent()) {
      missing.add(p);
    }
    return missing;
  }

  private static List<Path> numbered(Path parent) throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(parent)) {
      return children.filter(p -> p.getFileName().toString().matches("\\d{1,9}")).toList();
    }
  }

  private static int number(Path path) {
    return Integer.parseInt(path.getFileName().toString());
  }

  /**
   * The finished run with the highest number under a parent.
   *
   * @throws UsageException when there is none
   */
  static Path newest(Path parent) throws IOException {
    return numbered(parent).stream()
        .filter(run -> Files.exists(run.resolve(WEIGHTS)))
        .max(Comparator.comparingInt(RunFolder::number))
        .orElseThrow(
            () -> new UsageException("no finished run under %s; expected one, or --from", parent));
  }

  /**
   * The weights of a run, of a checkpoint, or in a file.
   *
   * @throws UsageException when there are none
   * @throws dev.merapi.train.data.DataException when the file is damaged
   */
  static Map<String, HostTensor> readWeights(Path from) {
    if (!SavedWeights.exist(from)) {
      throw new UsageException("no %s in %s, nor a checkpoint", WEIGHTS, from);
    }
    return SavedWeights.read(from);
  }

  /**
   * The vocabularies that were saved with weights, by name; none where there are no weights.
   *
   * @throws dev.merapi.train.data.DataException when the file is damaged
   */
  static Map<String, Vocabulary> readVocabularies(Path from) {
    return SavedWeights.exist(from) ? SavedWeights.vocabularies(from) : Map.of();
  }

  /** The run with the highest number under a parent, or null: that to be gone on with. */
  static Path latest(Path parent) throws IOException {
    return numbered(parent).stream().max(Comparator.comparingInt(RunFolder::number)).orElse(null);
  }

  Path path() {
    return output.path();
  }

  /** The checkpoints; what is written there is what one goes on from. */
  Checkpoints checkpoints() {
    return new Checkpoints(output.checkpoints());
  }

  /** To be called before anything is written. */
  void begin() {
    output.begin();
  }

  /** The training goes on: metrics of the checkpoint's epoch and of later ones are dropped. */
  void resumed(Checkpoint from) {
    resumedEpoch = from.position().epoch();
    resumedStep = from.step();
  }

  /** Event files for TensorBoard; a training that goes on goes on with them. */
  TensorBoard tensorBoard(Trainer trainer, TrainingConfig config, Dataset train) {
    return resumedEpoch == 0
        ? TensorBoard.create(output.events(), trainer, config, train)
        : TensorBoard.resume(output.events(), trainer, resumedStep);
  }

  /** Writes where the time went. */
  void write(ProfileReport profile) {
    output.begin();
    profile.write(output.profile());
  }

  /** Adds a row to the metrics. */
  @Override
  public synchronized void onEpochEnd(EpochResult result) {
    if (!open) {
      return; // the JVM is shutting down
    }
    Map<String, Double> row = new LinkedHashMap<>();
    row.put("train_loss", result.trainLoss());
    row.put("gradient_norm", result.gradientNorm());
    row.put("samples_per_s", Json.rounded(result.samplesPerSecond()));
    result.validation().ifPresent(validation -> put(row, validation));
    output.begin();
    if (metrics == null) {
      List<String> names = List.copyOf(row.keySet());
      metrics =
          resumedEpoch == 0
              ? MetricsCsv.create(output.metrics(), names)
              : MetricsCsv.resume(output.metrics(), names, resumedEpoch);
      lines =
          resumedEpoch == 0
              ? MetricsJsonl.create(output.metricsLines())
              : MetricsJsonl.resume(output.metricsLines(), resumedEpoch);
    }
    metrics.append(result.epoch(), result.steps(), row);
    lines.append(result.epoch(), result.steps(), row);
  }

  private static void put(Map<String, Double> row, Evaluation validation) {
    row.put("validation_loss", validation.loss());
    for (String key : validation.metrics().keySet()) {
      validation.metric(key).ifPresent(value -> row.put("validation_" + key, value));
    }
  }

  /** Writes the weights and what tokens they were trained on, with which the run is complete. */
  synchronized void complete(
      Map<String, HostTensor> weights, Map<String, Vocabulary> vocabularies) {
    if (!open) {
      return; // the JVM is shutting down
    }
    closeMetrics();
    output.complete(new Safetensors(weights, SavedVocabularies.metadata(vocabularies)));
    complete = true;
  }

  private void closeMetrics() {
    MetricsCsv csv = metrics;
    MetricsJsonl jsonl = lines;
    metrics = null;
    lines = null;
    try (csv;
        jsonl) {
      return; // null is nothing to close
    }
  }

  private synchronized void release() {
    if (!open) {
      return;
    }
    open = false;
    try (output) { // whatever fails, such as writing the last row to a full disk, the lock goes
      try {
        closeMetrics();
      } finally {
        putBack();
      }
    }
  }

  private void putBack() {
    if (complete || output.abandon()) {
      return;
    }
    List<Path> ours = new ArrayList<>();
    if (!created.isEmpty()) {
      ours.add(output.checkpoints());
      ours.add(output.events());
      ours.add(output.path().resolve(".lock"));
    }
    ours.addAll(created);
    remove(ours);
  }

  private static void remove(List<Path> paths) {
    for (Path path : paths) {
      try {
        Files.deleteIfExists(path);
      } catch (DirectoryNotEmptyException e) {
        // Someone else put something there meanwhile: the folder is no longer ours alone.
        return;
      } catch (IOException e) {
        throw new OutputException(path, "cannot be removed after a failure", e);
      }
    }
  }

  @Override
  public void close() {
    release();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      return; // the JVM is shutting down, and the hook has run or will find nothing to do
    }
  }
}
