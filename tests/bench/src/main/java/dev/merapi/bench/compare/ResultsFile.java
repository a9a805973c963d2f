package dev.merapi.bench.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Markdown file that keeps the newest results, a section for each kind. */
public final class ResultsFile {
  private static final Path FILE = Path.of("tests/bench/RESULTS.md");
  private static final String TITLE = "# Benchmark results\n";

  private static final int FLAGS = Pattern.MULTILINE | Pattern.DOTALL;

  private ResultsFile() {}

  /** A section's text: when, where and how, then the results. */
  private static String section(String command, String results) {
    return "%tF, %s, %d cores, Java %s.%n%n```sh%n%s%n```%n%n%s"
        .formatted(
            LocalDate.now(),
            processor(),
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("java.version"),
            command,
            results);
  }

  private static String processor() {
    try {
      return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
          .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Prints results and, if asked, keeps them: the section of this heading is replaced. */
  public static void publish(String heading, String command, String results, boolean keep)
      throws IOException {
    System.out.printf("## %s%n%n%s%n", heading, results);
    if (keep) {
      String before = Files.exists(FILE) ? Files.readString(FILE) : TITLE;
      Files.writeString(FILE, replace(before, heading, section(command, results)));
    }
  }

  /** A text in which the section of this heading is replaced or added. */
  static String replace(String text, String heading, String section) {
    String whole = "## " + heading + "\n\n" + section.stripTrailing() + "\n";
    // A section ends where the next one begins.
    Matcher old =
        Pattern.compile("^## " + Pattern.quote(heading) + "\n.*?(?=^## |\\z)", FLAGS).matcher(text);
    if (!old.find()) {
      return text.stripTrailing() + "\n\n" + whole;
    }
    String rest = text.substring(old.end());
    return text.substring(0, old.start()) + whole + (rest.isEmpty() ? "" : "\n" + rest);
  }
}
