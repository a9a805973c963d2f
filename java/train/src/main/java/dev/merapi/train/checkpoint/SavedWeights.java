package dev.merapi.train.checkpoint;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Vocabulary;
import dev.merapi.train.io.Safetensors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Finds the weights that a training left, or that come from elsewhere. */
public final class SavedWeights {
  private static final String FINAL = "weights.safetensors";
  private static final String CHECKPOINTS = "checkpoints";

  private SavedWeights() {}

  /**
   * Reads parameters and buffers by name.
   *
   * @param path a safetensors file, a checkpoint, or a run's folder: its final weights, or before
   *     its end those of its newest whole checkpoint
   * @throws DataException when there are none, or they are damaged
   */
  public static Map<String, HostTensor> read(Path path) {
    return file(path).tensors();
  }

  /**
   * The vocabularies of the data that the weights at a path were trained on, by name; none where
   * these have no tokens.
   *
   * @param path as above
   * @throws DataException when there are no weights, or they are damaged
   */
  public static Map<String, Vocabulary> vocabularies(Path path) {
    return SavedVocabularies.of(path.toString(), file(path).metadata());
  }

  private static Safetensors file(Path path) {
    if (Files.isRegularFile(path)) {
      return Safetensors.read(path);
    }
    if (Files.exists(path.resolve(Checkpoint.MANIFEST))) {
      return Checkpoint.read(path.toAbsolutePath().normalize()).evaluated();
    }
    Path last = path.resolve(FINAL);
    if (Files.exists(last)) {
      return Safetensors.read(last);
    }
    return new Checkpoints(path.resolve(CHECKPOINTS))
        .newest(damaged -> {})
        .map(Checkpoint::evaluated)
        .orElseThrow(
            () ->
                new DataException(
                    path
                        + ": no weights there; expected a safetensors file, "
                        + FINAL
                        + " or checkpoints"));
  }

  /** Whether there is something at a path that weights may be read from. */
  public static boolean exist(Path path) {
    return Files.isRegularFile(path)
        || Files.exists(path.resolve(Checkpoint.MANIFEST))
        || Files.exists(path.resolve(FINAL))
        || !new Checkpoints(path.resolve(CHECKPOINTS)).folders().isEmpty();
  }
}
