package dev.merapi.cli.yaml;

/** A YAML text that is not what it should be; the message begins with the file and the line. */
public final class YamlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error at a place: {@code job.yaml:7: unknown key 'foo'}. */
  public YamlException(Location at, String message, Object... arguments) {
    super(at + ": " + String.format(message, arguments));
  }
}
