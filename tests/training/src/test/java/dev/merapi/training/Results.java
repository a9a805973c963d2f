package dev.merapi.training;

import dev.merapi.core.runtime.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The table of the slow tests' newest results, a row for each. */
final class Results {
  private static final Path FILE =
      Path.of(System.getProperty("basedir", ".")).resolve("../RESULTS.md");
  private static final List<String> HEAD =
      List.of(
          "# Results of the slow tests",
          "",
          "Written by `mvn -Pslow test -pl tests/training -am`.",
          "",
          "| test | result | time | device | date |",
          "|---|---|---|---|---|");

  private Results() {}

  /** Adds or replaces the row of a test on the cpu that began at this {@link System#nanoTime}. */
  static void keep(String test, String result, long start) throws IOException {
    String row =
        String.format(
            Locale.ROOT,
            "| %s | %s | %.0f s | %s | %tF |",
            test,
            result,
            (System.nanoTime() - start) * 1e-9,
            Backends.availability().get("cpu").reason(),
            LocalDate.now());
    List<String> lines = new ArrayList<>(Files.exists(FILE) ? Files.readAllLines(FILE) : HEAD);
    lines.removeIf(line -> line.startsWith("| " + test + " |"));
    lines.add(row);
    Files.write(FILE, lines);
  }
}
