package dev.merapi.train.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder that a training writes to, locked against other processes as long as this is open.
 *
 * <p>In it: {@code weights.safetensors}, {@code metrics.csv}, {@code checkpoints/STEP/} and the
 * lock file {@code .lock}. Other files are nobody's business here and stay.
 */
public final class OutputFolder implements AutoCloseable {
  private final Path path;
  private final FileChannel lockFile;
  private final Mode mode;
  private List<Path> outdated = List.of();

  /** What to do with a folder in which a training has already written. */
  public enum Mode {
    /** It is an error. */
    NEW,
    /** The files stay. */
    RESUME,
    /** The new training's files replace the earlier one's, and no others, when it completes. */
    OVERWRITE
  }

  private OutputFolder(Path path, FileChannel lockFile, Mode mode) {
    this.path = path;
    this.lockFile = lockFile;
    this.mode = mode;
  }

  /**
   * Makes the folder where needed and locks it.
   *
   * @throws OutputInUseException when the mode is NEW and a training has written there
   * @throws OutputException when the folder cannot be written or another process has locked it
   */
  public static OutputFolder open(Path path, Mode mode) {
    FileChannel lockFile = lock(path);
    OutputFolder folder = new OutputFolder(path, lockFile, mode);
    try {
      if (mode == Mode.NEW && folder.isUsed()) {
        throw new OutputInUseException(
            path
                + ": holds the results of a training; resume or overwrite it, or name another"
                + " folder");
      }
      if (mode == Mode.OVERWRITE) {
        folder.outdated = folder.checkpointFolders();
      }
      return folder;
    } catch (IOException e) {
      folder.close();
      throw new OutputException(path, "cannot be read", e);
    } catch (RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private static FileChannel lock(Path path) {
    FileChannel channel = null;
    try {
      Files.createDirectories(path);
      channel =
          FileChannel.open(
              path.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return channel;
      }
    } catch (OverlappingFileLockException e) {
      close(channel, path);
      throw new OutputException(path + ": is being written by this process already");
    } catch (IOException e) {
      close(channel, path);
      throw new OutputException(path, "cannot be written", e);
    }
    close(channel, path);
    throw new OutputException(path + ": is being written by another process");
  }

  private static void close(FileChannel channel, Path path) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new OutputException(path, "the lock file cannot be closed", e);
      }
    }
  }

  public Path path() {
    return path;
  }

  /** The final weights. */
  public Path weights() {
    return path.resolve("weights.safetensors");
  }

  /** The metrics of a training that has completed, or of one that goes on and replaces none. */
  public Path metrics() {
    return path.resolve("metrics.csv");
  }

  /** Where a training writes its metrics until it completes: beside those that it overwrites. */
  public Path growingMetrics() {
    return mode == Mode.OVERWRITE ? path.resolve("metrics.csv.new") : metrics();
  }

  /** The folder of the checkpoints, each in a folder named by its step. */
  public Path checkpoints() {
    return path.resolve("checkpoints");
  }

  private boolean isUsed() throws IOException {
    return Files.exists(weights()) || Files.exists(metrics()) || !checkpointFolders().isEmpty();
  }

  private List<Path> checkpointFolders() throws IOException {
    if (!Files.isDirectory(checkpoints())) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(checkpoints())) {
      return folders.filter(f -> f.getFileName().toString().matches("\\d+")).toList();
    }
  }

  /**
   * Writes the final weights; only now the results of a training that is overwritten go.
   *
   * @throws OutputException when that fails; unless the weights have been written, the earlier
   *     results are then what they were
   */
  public void complete(Safetensors finalWeights) {
    finalWeights.write(weights());
    try {
      if (Files.exists(growingMetrics())) {
        Files.move(growingMetrics(), metrics(), StandardCopyOption.ATOMIC_MOVE);
      }
      removeOutdated();
    } catch (IOException e) {
      throw new OutputException(path, "the earlier training's files cannot be replaced", e);
    }
  }

  private void removeOutdated() throws IOException {
    for (Path checkpoint : outdated) {
      List<Path> files;
      try (Stream<Path> listed = Files.list(checkpoint)) {
        files = listed.toList();
      }
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(checkpoint);
    }
  }

  /**
   * Lets go of the lock; the lock file stays, since removing it would race with other processes.
   */
  @Override
  public void close() {
    close(lockFile, path);
  }
}
