package dev.merapi.train.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Writes folders of files that are there whole or not at all, also when the machine stops at any
 * moment: under another name, forced to the disk, and renamed.
 */
public final class AtomicFolder {
  private AtomicFolder() {}

  /** What puts files into a new folder. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Makes or replaces a folder, in one that is there.
   *
   * @throws OutputException when that fails; what was there before is untouched
   */
  public static void write(Path folder, Content content) {
    Path parent = folder.toAbsolutePath().getParent();
    Path growing = temporary(folder);
    try {
      Files.createDirectory(growing);
      try {
        content.writeTo(growing);
        for (Path file : children(growing)) {
          force(file, StandardOpenOption.WRITE);
        }
        force(growing, StandardOpenOption.READ);
        Path replaced = temporary(folder);
        boolean replaces = Files.exists(folder);
        if (replaces) {
          Files.move(folder, replaced, StandardCopyOption.ATOMIC_MOVE);
        }
        Files.move(growing, folder, StandardCopyOption.ATOMIC_MOVE);
        force(parent, StandardOpenOption.READ);
        if (replaces) {
          delete(replaced);
        }
      } catch (IOException | RuntimeException e) {
        removeAfter(growing, e);
        throw e;
      }
    } catch (IOException e) {
      throw new OutputException(folder, "cannot be written", e);
    }
  }

  private static Path temporary(Path folder) {
    return folder.resolveSibling("." + folder.getFileName() + "." + UUID.randomUUID() + ".tmp");
  }

  private static void force(Path path, StandardOpenOption how) throws IOException {
    try (FileChannel channel = FileChannel.open(path, how)) {
      channel.force(true);
    }
  }

  private static void removeAfter(Path folder, Exception failure) {
    try {
      if (Files.exists(folder)) {
        delete(folder);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Removes what killed processes left of files and folders in a parent, which may be missing. */
  public static void removeLeftovers(Path parent) throws IOException {
    if (Files.isDirectory(parent)) {
      for (Path child : children(parent)) {
        if (child.getFileName().toString().matches("\\..+\\.[0-9a-f-]{36}\\.tmp")) {
          delete(child); // under its name: with each stop in between another one would be longer
        }
      }
    }
  }

  /**
   * Removes a folder with all that is in it. It is renamed first, so that what is left after a stop
   * in between is never taken for a whole one.
   */
  public static void remove(Path folder) throws IOException {
    Path going = temporary(folder);
    Files.move(folder, going, StandardCopyOption.ATOMIC_MOVE);
    delete(going);
  }

  private static void delete(Path folder) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> listed = Files.list(folder)) {
      return listed.toList();
    }
  }
}
