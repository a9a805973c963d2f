package dev.merapi.train.data;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Sentences and their translations, as they are.
 *
 * @param name for the log
 */
record PairTexts(String name, List<String> sources, List<String> targets) {
  /**
   * Reads two files of UTF-8 text with as many lines.
   *
   * @throws DataException when they have not, or none
   */
  static PairTexts read(Path source, Path target) {
    List<String> sources = lines(source);
    List<String> targets = lines(target);
    if (sources.isEmpty() || sources.size() != targets.size()) {
      throw new DataException(
          "%s: expected a line for each of %s, found %d and %d"
              .formatted(target, source.getFileName(), targets.size(), sources.size()));
    }
    String name = source.getFileName() + " and " + target.getFileName();
    return new PairTexts(name, sources, targets);
  }

  /** No pairs. */
  static PairTexts none(String name) {
    return new PairTexts(name, List.of(), List.of());
  }

  private static List<String> lines(Path file) {
    return new DataFile(file).text(StandardCharsets.UTF_8).lines().map(String::strip).toList();
  }
}
