package dev.merapi.core.backend;

/**
 * A device that failed at its work. Where the message says that it is lost, nothing can be computed
 * on it any more, and closing what used it gives up what cannot be released.
 */
public final class DeviceFailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DeviceFailureException(String message, Throwable cause) {
    super(message, cause);
  }
}
