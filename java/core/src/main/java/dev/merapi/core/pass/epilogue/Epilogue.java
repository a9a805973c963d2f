package dev.merapi.core.pass.epilogue;

/**
 * What a kernel does to a product and its bias before it stores them: it adds a tensor of the
 * output's shape, and then makes 0 of what is negative; or only one of these, or neither. NaN stays
 * NaN.
 *
 * @param residual whether a tensor is added
 * @param relu whether negative results become 0
 */
public record Epilogue(boolean residual, boolean relu) {
  /** The bias alone. */
  public static final Epilogue NONE = new Epilogue(false, false);

  /** The same with a tensor that is added. */
  public Epilogue withResidual() {
    return new Epilogue(true, relu);
  }

  /** The same with a ReLU at its end. */
  public Epilogue withRelu() {
    return new Epilogue(residual, true);
  }
}
