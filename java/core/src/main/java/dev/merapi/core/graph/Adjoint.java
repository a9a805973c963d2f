package dev.merapi.core.graph;

import java.util.List;
import java.util.function.Supplier;

/** One node during the reverse sweep: what its op needs to build the gradients of its inputs. */
public interface Adjoint {
  /** The node's input. */
  Value input(int index);

  /** The node's output. */
  Value output(int index);

  /** The gradient of the loss by an output; zeros when nothing depends on that output. */
  Value gradOutput(int index);

  /** The gradient by the first output. */
  default Value gradOutput() {
    return gradOutput(0);
  }

  /** Whether the loss depends on this output. */
  boolean hasGradOutput(int index);

  /**
   * The gradients within another graph, for an op that holds one: those of the sum of all products
   * of outputs and their gradients.
   *
   * @param outputs floating-point values
   * @param gradOutputs a value for each output, of its type
   * @param by floating-point values
   * @return a value for each element of {@code by}, of its type
   */
  List<Value> pullBack(List<Value> outputs, List<Value> gradOutputs, List<Value> by);

  /** Whether somebody needs the gradient by this input. */
  boolean wants(int input);

  /**
   * Gives the gradient by one input. The supplier is asked only when the gradient is wanted. Where
   * the input was broadcast, the gradient may have the broadcast shape: it is summed back here, for
   * all ops in one place.
   */
  void give(int input, Supplier<Value> gradient);
}
