package dev.merapi.core.graph;

import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * What a node computes: a record of attributes, without values and without a device.
 *
 * <p>Equal records on equal inputs are one node, so attributes are numbers, strings, shapes or
 * lists, never arrays. An op implements one of the families; passes and backends ask for the family
 * where they can.
 */
public sealed interface Op
    permits Contraction,
        Elementwise,
        Movement,
        Normalization,
        Random,
        Recurrent,
        Reduction,
        Region,
        Source,
        State,
        Window {

  /**
   * The types of the outputs for inputs of these types.
   *
   * @throws GraphException when the inputs do not fit, saying what was found and what was expected
   */
  List<TensorType> inferTypes(List<TensorType> inputs);

  /**
   * Builds the gradients of the inputs that are wanted.
   *
   * @throws GraphException when the op has no gradient
   */
  default void gradient(Adjoint adjoint) {
    throw new GraphException(name() + " has no gradient");
  }

  /**
   * The same values from simpler ops, for targets without a kernel for this one; empty when this op
   * is a primitive that every backend must have.
   */
  default Optional<List<Value>> decompose(List<Value> inputs) {
    return Optional.empty();
  }

  /**
   * Whether an output may be written where an input of the same type lies: what is overwritten has
   * been read before, whatever runs first.
   */
  default boolean mayAlias(int output, int input) {
    return false;
  }

  /** The name in printed graphs and errors: the record's name, beginning in lower case. */
  default String name() {
    String simple = getClass().getSimpleName();
    return Character.toLowerCase(simple.charAt(0)) + simple.substring(1);
  }
}
