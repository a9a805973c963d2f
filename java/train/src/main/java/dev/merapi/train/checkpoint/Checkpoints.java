package dev.merapi.train.checkpoint;

import dev.merapi.train.data.DataException;
import dev.merapi.train.io.AtomicFolder;
import dev.merapi.train.io.OutputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A folder of checkpoints, each in a folder named by its step; one process at a time writes it. */
public final class Checkpoints {
  private static final String STEP = "\\d{6,18}";

  private final Path folder;

  /** Of a folder that need not be there yet. */
  public Checkpoints(Path folder) {
    this.folder = folder;
  }

  /** The name of a step's folder: in the order of names they are in the order of steps. */
  static String name(long step) {
    return "%06d".formatted(step);
  }

  /**
   * The folders, newest first.
   *
   * @throws DataException when they cannot be listed
   */
  public List<Path> folders() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .filter(child -> child.getFileName().toString().matches(STEP))
          .sorted(Comparator.comparingLong(Checkpoints::step).reversed())
          .toList();
    } catch (IOException e) {
      throw new DataException(folder + ": cannot be read (" + e + ")", e);
    }
  }

  private static long step(Path checkpoint) {
    return Long.parseLong(checkpoint.getFileName().toString());
  }

  /**
   * The newest checkpoint that is whole.
   *
   * @param skipped told about each damaged one that is newer
   */
  public Optional<Checkpoint> newest(Consumer<DataException> skipped) {
    for (Path checkpoint : folders()) {
      try {
        return Optional.of(Checkpoint.read(checkpoint));
      } catch (DataException e) {
        skipped.accept(e);
      }
    }
    return Optional.empty();
  }

  /** Makes the folder, so that one which vanishes later is an error and not made anew. */
  void make() {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new OutputException(folder, "cannot be written", e);
    }
  }

  /** Writes one; another one of the same step is replaced. */
  void write(Manifest manifest, AtomicFolder.Content tensors) {
    AtomicFolder.write(
        folder.resolve(name(manifest.step())),
        growing -> {
          tensors.writeTo(growing);
          Files.writeString(growing.resolve(Checkpoint.MANIFEST), manifest.toJson());
          Map<String, String> sums = new LinkedHashMap<>();
          try (Stream<Path> files = Files.list(growing)) {
            for (Path file : files.toList()) {
              sums.put(file.getFileName().toString(), Checksums.of(file));
            }
          }
          Files.writeString(growing.resolve(Checkpoint.SUMS), Checksums.toText(sums));
        });
  }

  /**
   * Removes all but the newest ones up to a step, and that of the best one. Those of later steps
   * were damaged when the training went on from an earlier one: they count for nothing.
   */
  void prune(long step, int keep, long best) {
    try {
      AtomicFolder.removeLeftovers(folder);
      for (Path old : folders().stream().filter(f -> step(f) <= step).skip(keep).toList()) {
        if (step(old) != best) {
          AtomicFolder.remove(old);
        }
      }
    } catch (IOException e) {
      throw new OutputException(folder, "old checkpoints cannot be removed", e);
    }
  }
}
