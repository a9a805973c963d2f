package dev.merapi.train.io;

/** An output folder that holds a training's results, which nobody said to resume or overwrite. */
public final class OutputInUseException extends OutputException {
  private static final long serialVersionUID = 1L;

  public OutputInUseException(String message) {
    super(message);
  }
}
