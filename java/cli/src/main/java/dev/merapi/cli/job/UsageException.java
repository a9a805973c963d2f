package dev.merapi.cli.job;

/** A command that cannot be meant as it was given: an unknown job, device or folder in use. */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** An error whose message is one line. */
  public UsageException(String message, Object... arguments) {
    super(String.format(message, arguments));
  }
}
