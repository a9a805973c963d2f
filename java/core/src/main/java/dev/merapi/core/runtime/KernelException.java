package dev.merapi.core.runtime;

/** A kernel that failed in a run; says where in the model. */
public final class KernelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KernelException(String message, Throwable cause) {
    super(message, cause);
  }
}
