package dev.merapi.core.runtime;

import dev.merapi.core.backend.OutOfDeviceMemoryException;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Node;

/** A kernel that cannot be made or that failed in a run; says where in the model. */
public final class KernelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private KernelException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * A failure with its place before it, such as {@code lenet5/conv2: conv2d: ...}; a graph's errors
   * have theirs already, and memory is what all ops need together.
   */
  public static RuntimeException at(Node node, RuntimeException e) {
    if (e instanceof GraphException
        || e instanceof KernelException
        || e instanceof OutOfDeviceMemoryException) {
      return e;
    }
    String path = node.path().isEmpty() ? "" : node.path() + ": ";
    return new KernelException(path + node.op().name() + ": " + e.getMessage(), e);
  }
}
