package dev.merapi.train.data;

import java.util.regex.Pattern;

/** A token as a line of a UTF-8 file, with escapes as Java has them. */
final class TokenLine {
  /** What would end or hide in a line, and halves of characters, which UTF-8 does not have. */
  private static final Pattern SPECIAL = Pattern.compile("[\\\\\\p{Cntrl}\\p{Zl}\\p{Zp}]|\\p{Cs}");

  private static final Pattern ESCAPE = Pattern.compile("\\\\(\\\\|n|u([0-9a-f]{4})|.?)");

  private TokenLine() {}

  static String of(String token) {
    return SPECIAL
        .matcher(token)
        .replaceAll(
            found ->
                switch (found.group()) {
                  case "\\" -> "\\\\\\\\";
                  case "\n" -> "\\\\n";
                  default -> "\\\\u%04x".formatted((int) found.group().charAt(0));
                });
  }

  /**
   * The token of a line.
   *
   * @throws IllegalArgumentException when an escape is none of those that are written
   */
  static String read(String line) {
    return ESCAPE
        .matcher(line)
        .replaceAll(
            found -> {
              if (found.group(2) != null) {
                char character = (char) Integer.parseInt(found.group(2), 16);
                return character == '\\' || character == '$' ? "\\" + character : "" + character;
              }
              return switch (found.group(1)) {
                case "\\" -> "\\\\";
                case "n" -> "\n";
                default ->
                    throw new IllegalArgumentException(
                        "expected \\n, \\\\ or \\u and four digits in a token, found " + line);
              };
            });
  }
}
