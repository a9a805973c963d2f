package dev.merapi.core.graph;

/** A graph that cannot be: shapes or types that do not fit, a missing gradient, a broken rule. */
public final class GraphException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Whether the message begins with a place in the model. */
  private boolean located;

  public GraphException(String message) {
    super(message);
  }

  GraphException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The same error with a place in the model before its message, unless it has one. */
  static GraphException at(String path, IllegalArgumentException error) {
    if (path.isEmpty() || error instanceof GraphException known && known.located) {
      return error instanceof GraphException known
          ? known
          : new GraphException(error.getMessage(), error);
    }
    GraphException located = new GraphException(path + ": " + error.getMessage(), error);
    located.located = true;
    return located;
  }

  /**
   * Requires a condition.
   *
   * @throws GraphException with the formatted message when the condition does not hold
   */
  public static void check(boolean condition, String message, Object... arguments) {
    if (!condition) {
      throw new GraphException(String.format(message, arguments));
    }
  }
}
