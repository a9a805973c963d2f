package dev.merapi.train.checkpoint;

import java.nio.file.Path;
import java.util.List;

/** A checkpoint of another training than the one that was to go on from it. */
public final class CheckpointMismatchException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CheckpointMismatchException(Path folder, List<String> differences) {
    super(
        folder
            + ": is of another training (- checkpoint, + this one):\n"
            + String.join("\n", differences));
  }
}
