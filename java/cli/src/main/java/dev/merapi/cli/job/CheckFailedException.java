package dev.merapi.cli.job;

/** A check that was made and did not pass. */
public final class CheckFailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** A finding in one line. */
  public CheckFailedException(String message, Object... arguments) {
    super(String.format(message, arguments));
  }
}
