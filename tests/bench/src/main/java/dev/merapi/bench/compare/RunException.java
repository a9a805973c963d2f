package dev.merapi.bench.compare;

import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** A process did not give what it was run for. */
public final class RunException extends RuntimeException {
  private static final long serialVersionUID = 1;

  RunException(String message) {
    super(message);
  }

  RunException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Says in one line what went wrong in a run; anything else is a bug and shows its trace. */
  public static int tell(Exception exception, CommandLine line, ParseResult parsed)
      throws Exception {
    if (exception instanceof RunException) {
      System.err.println(exception.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw exception;
  }
}
