package dev.merapi.train;

/** Gradients that differences cannot check: there is a kink of the loss in every direction. */
public final class KinkException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  KinkException(String parameter, int directions) {
    super(
        parameter
            + ": cannot be checked by differences: the loss has a kink in each of "
            + directions
            + " random directions");
  }
}
