package dev.merapi.core.graph;

/** A graph that cannot be: shapes or types that do not fit, a missing gradient, a broken rule. */
public final class GraphException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public GraphException(String message) {
    super(message);
  }

  GraphException(String message, Throwable cause) {
    super(message, cause);
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
