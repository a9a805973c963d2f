package dev.merapi.cli.command;

import dev.merapi.train.io.AtomicFolder;
import dev.merapi.train.io.OutputException;
import dev.merapi.train.io.OutputFolder;
import dev.merapi.train.io.OutputInUseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The files of a search.
 *
 * @param path the folder
 */
record TuneFolder(Path path) {
  /**
   * Makes or opens a folder, and locks it.
   *
   * @param resume whether a search that is there stays
   * @param overwrite whether it goes
   * @throws OutputInUseException when there is one and neither is wanted
   * @throws OutputException when the folder cannot be written
   */
  static RunFolder open(Path path, boolean resume, boolean overwrite) {
    boolean shared = resume || overwrite;
    RunFolder run = RunFolder.open(path, shared ? OutputFolder.Mode.RESUME : OutputFolder.Mode.NEW);
    TuneFolder folder = new TuneFolder(path);
    try {
      if (!shared && folder.isUsed()) {
        throw new OutputInUseException(
            path + ": holds a search; --resume or --overwrite it, or name another folder");
      }
      if (overwrite) {
        folder.remove();
      }
      return run;
    } catch (RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /** The trials, see {@link dev.merapi.cli.tune.TrialLog}. */
  Path log() {
    return path.resolve("trials.jsonl");
  }

  /** The trials as a table. */
  Path csv() {
    return path.resolve("trials.csv");
  }

  /** The trials as charts. */
  Path picture() {
    return path.resolve("trials.png");
  }

  /** The job with the best values. */
  Path best() {
    return path.resolve("best.yaml");
  }

  /** The folder of the checkpoints from which trials may go on. */
  Path checkpoints() {
    return path.resolve("trials");
  }

  /** Whether a search has written here. */
  boolean isUsed() {
    return Files.exists(log());
  }

  private void remove() {
    try {
      for (Path file : List.of(log(), csv(), picture(), best())) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new OutputException(path, "the earlier search cannot be removed", e);
    }
    removeCheckpoints();
  }

  /** To be called when no trial goes on any more. */
  void removeCheckpoints() {
    try {
      AtomicFolder.removeLeftovers(path);
      if (Files.isDirectory(checkpoints())) {
        AtomicFolder.remove(checkpoints());
      }
    } catch (IOException e) {
      throw new OutputException(path, "the checkpoints cannot be removed", e);
    }
  }
}
