package dev.merapi.cli.yaml;

/**
 * Where a value was written.
 *
 * @param source a file's name, or another origin such as {@code --set epochs=5}
 * @param line the line, from 1; 0 for an origin that has no lines
 */
public record Location(String source, int line) {
  @Override
  public String toString() {
    return line == 0 ? source : source + ":" + line;
  }
}
