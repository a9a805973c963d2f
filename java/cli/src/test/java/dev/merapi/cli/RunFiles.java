package dev.merapi.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What a training has written to its folder. */
record RunFiles(Path folder) {
  byte[] weights() throws IOException {
    return Files.readAllBytes(folder.resolve("weights.safetensors"));
  }

  /** The metrics without the column that no two runs share. */
  List<String> metrics() throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve("metrics.csv"));
    int timed = Arrays.asList(lines.get(0).split(",")).indexOf("samples_per_s");
    return lines.stream().map(line -> without(line.split(",", -1), timed)).toList();
  }

  private static String without(String[] fields, int column) {
    fields[column] = "";
    return String.join(",", fields);
  }

  /** The names of the checkpoints, oldest first. */
  List<String> checkpoints() {
    Path parent = folder.resolve("checkpoints");
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(parent)) {
      return children
          .map(child -> child.getFileName().toString())
          .filter(name -> name.matches("\\d+"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Takes back what was done behind a checkpoint, as if the process had been killed then. */
  void rewindTo(String checkpoint) throws IOException {
    Files.deleteIfExists(folder.resolve("weights.safetensors"));
    for (String name : checkpoints()) {
      if (name.compareTo(checkpoint) > 0) {
        Path later = folder.resolve("checkpoints").resolve(name);
        try (Stream<Path> files = Files.list(later)) {
          for (Path file : files.toList()) {
            Files.delete(file);
          }
        }
        Files.delete(later);
      }
    }
  }

  /** A run that is the same. */
  RunFiles copyTo(Path other) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.toList()) {
        Files.copy(path, other.resolve(folder.relativize(path)));
      }
    }
    return new RunFiles(other);
  }

  /** All names in the folder. */
  List<String> names() throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }
}
