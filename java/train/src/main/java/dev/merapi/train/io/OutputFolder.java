package dev.merapi.train.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder that a training writes to, locked against other processes as long as this is open.
 *
 * <p>In it: {@code weights.safetensors}, {@code metrics.csv}, {@code metrics.jsonl}, {@code
 * profile.json}, {@code checkpoints/STEP/}, TensorBoard's event files in {@code tensorboard/} and
 * the lock file {@code .lock}. Other files are nobody's business here and stay.
 *
 * <p>A training that overwrites another one sets the other's files aside, into {@code .replaced},
 * when it begins to write. They go when it completes; they come back when it ends, or is killed,
 * without having written a checkpoint to go on from.
 */
public final class OutputFolder implements AutoCloseable {
  private static final String WEIGHTS = "weights.safetensors";
  private static final String METRICS = "metrics.csv";
  private static final String METRICS_LINES = "metrics.jsonl";
  private static final String PROFILE = "profile.json";
  private static final String CHECKPOINTS = "checkpoints";
  private static final String LOCK = ".lock";
  private static final String EVENTS = "tensorboard";

  /** The folders in which a training writes, and what the names of its files there look like. */
  private static final Map<String, String> FOLDERS =
      Map.of(CHECKPOINTS, "\\d+", EVENTS, "events\\.out\\.tfevents\\..*");

  private final Path path;
  private final FileChannel lockFile;
  private final Mode mode;
  private boolean begun;

  /** What to do with a folder in which a training has already written. */
  public enum Mode {
    /** It is an error. */
    NEW,
    /** The files stay. */
    RESUME,
    /** The new training's files replace the earlier one's, and no others. */
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
      folder.endMove();
      AtomicFolder.removeLeftovers(path);
      AtomicFolder.removeLeftovers(folder.checkpoints());
      if (!folder.hasCheckpoints()) {
        folder.takeBack(); // what overwrote it was killed
      }
      if (mode == Mode.NEW && folder.isUsed()) {
        throw new OutputInUseException(
            path
                + ": holds the results of a training; resume or overwrite it, or name another"
                + " folder");
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
          FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
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
    return path.resolve(WEIGHTS);
  }

  /** The metrics. */
  public Path metrics() {
    return path.resolve(METRICS);
  }

  /** The metrics as JSON Lines. */
  public Path metricsLines() {
    return path.resolve(METRICS_LINES);
  }

  /** Where the time went. */
  public Path profile() {
    return path.resolve(PROFILE);
  }

  /** The folder of TensorBoard's event files. */
  public Path events() {
    return path.resolve(EVENTS);
  }

  /** The folder of the checkpoints, each in a folder named by its step. */
  public Path checkpoints() {
    return path.resolve(CHECKPOINTS);
  }

  /** Where the files of a training lie that is being overwritten. */
  private Path replaced() {
    return path.resolve(".replaced");
  }

  /** Where they lie while they are on their way there or back, and no others have been written. */
  private Path moving() {
    return path.resolve(".replaced.tmp");
  }

  /** The files and folders of a training in this folder, or set aside from it. */
  private static List<Path> results(Path base) throws IOException {
    List<Path> results = new ArrayList<>();
    for (String name : List.of(WEIGHTS, METRICS, METRICS_LINES, PROFILE)) {
      if (Files.exists(base.resolve(name))) {
        results.add(Path.of(name));
      }
    }
    for (Map.Entry<String, String> folder : FOLDERS.entrySet()) {
      if (Files.isDirectory(base.resolve(folder.getKey()))) {
        try (Stream<Path> children = Files.list(base.resolve(folder.getKey()))) {
          children
              .filter(child -> child.getFileName().toString().matches(folder.getValue()))
              .forEach(child -> results.add(base.relativize(child)));
        }
      }
    }
    return results;
  }

  private static void move(Path from, Path to) throws IOException {
    for (Path result : results(from)) {
      Files.createDirectories(to.resolve(result).getParent());
      Files.move(from.resolve(result), to.resolve(result), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Ends what a killed training began: its files are moved back. */
  private void endMove() throws IOException {
    if (Files.exists(moving())) {
      move(moving(), path);
      AtomicFolder.remove(moving());
    }
  }

  private boolean isUsed() throws IOException {
    return !results(path).isEmpty();
  }

  /** Whether there is a checkpoint, damaged or not. */
  public boolean hasCheckpoints() throws IOException {
    return results(path).stream().anyMatch(result -> result.startsWith(CHECKPOINTS));
  }

  /**
   * To be called before anything is written.
   *
   * @throws OutputException when the folder has vanished, which would else be made anew with a part
   *     of the training in it, or when what is to be overwritten cannot be set aside
   */
  public void begin() {
    if (Files.notExists(path.resolve(LOCK))) {
      throw new OutputException(path + ": has vanished while a training wrote to it");
    }
    if (mode != Mode.OVERWRITE || begun) {
      return;
    }
    try {
      if (Files.exists(replaced())) {
        removeResults(); // of a training that was to replace it and was not completed either
      } else {
        Files.createDirectory(moving());
        move(path, moving());
        Files.move(moving(), replaced(), StandardCopyOption.ATOMIC_MOVE);
      }
      begun = true;
    } catch (IOException e) {
      throw new OutputException(path, "the earlier training's files cannot be set aside", e);
    }
  }

  private void removeResults() throws IOException {
    for (Path result : results(path)) {
      if (Files.isDirectory(path.resolve(result))) {
        AtomicFolder.remove(path.resolve(result));
      } else {
        Files.delete(path.resolve(result));
      }
    }
  }

  /** Puts back what was set aside, if anything was, in place of what came after it. */
  private void takeBack() throws IOException {
    if (Files.exists(replaced())) {
      removeResults();
      Files.move(replaced(), moving(), StandardCopyOption.ATOMIC_MOVE);
      endMove();
    }
  }

  /**
   * Writes the final weights; only now the results of a training that is overwritten go.
   *
   * @throws OutputException when that fails
   */
  public void complete(Safetensors finalWeights) {
    begin();
    finalWeights.write(weights());
    try {
      if (Files.exists(replaced())) {
        AtomicFolder.remove(replaced());
      }
    } catch (IOException e) {
      throw new OutputException(path, "the earlier training's files cannot be removed", e);
    }
  }

  /**
   * Ends a training that did not complete: unless there is a checkpoint to go on from, all is as it
   * was before it.
   *
   * @return whether there is one
   */
  public boolean abandon() {
    try {
      if (hasCheckpoints()) {
        return true; // its own, or those of one that it was to overwrite and has not begun to
      }
      takeBack();
      if (mode == Mode.NEW) {
        removeResults();
      }
      return false;
    } catch (IOException e) {
      throw new OutputException(path, "cannot be put back as it was", e);
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
