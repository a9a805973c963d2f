package dev.merapi.cli.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** {@code java/REFERENCE.md}, which is made of the Javadoc, and is in the jar: what things are. */
final class Reference {
  private static final String FILE = "/dev/merapi/cli/REFERENCE.md";

  private final String text;

  Reference() {
    try (InputStream in = Reference.class.getResourceAsStream(FILE)) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that is said of something of a kind; nothing where it is not one of Merapi's own. */
  String entry(String kind, String name) {
    String title = Character.toUpperCase(kind.charAt(0)) + kind.substring(1);
    String section = between(text, "\n## " + title + "\n", "\n## ");
    return between(section, "\n### `" + name + "`\n", "\n### ").strip();
  }

  /** The first sentence. */
  String summary(String kind, String name) {
    String paragraph = entry(kind, name).split("\n\n", 2)[0].replace('\n', ' ');
    return paragraph.split("(?<=[.!?]) (?=[A-Z])", 2)[0];
  }

  private static String between(String text, String start, String end) {
    int from = text.indexOf(start);
    if (from < 0) {
      return "";
    }
    from += start.length();
    int to = text.indexOf(end, from);
    return text.substring(from, to < 0 ? text.length() : to);
  }
}
