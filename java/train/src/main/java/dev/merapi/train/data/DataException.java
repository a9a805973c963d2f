package dev.merapi.train.data;

/** Data that is missing, damaged or out of range: one line with the file and what was expected. */
public final class DataException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DataException(String message) {
    super(message);
  }

  public DataException(String message, Throwable cause) {
    super(message, cause);
  }
}
