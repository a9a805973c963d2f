package dev.merapi.core.op.elementwise;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Region;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Elementwise ops on single numbers, one after the other, as one: what a training step does with
 * its learning rate, its loss and its control block. Unlike {@link Fused}, element types may
 * differ; each op computes and rounds as it would alone.
 *
 * <p>The values are numbered: the inputs first, then the outputs of the parts.
 *
 * @param parts in the order in which they run
 * @param arity the number of inputs
 * @param results the numbers of the values that are outputs
 */
public record FusedScalars(List<Part> parts, int arity, List<Integer> results) implements Region {
  /** An op and the numbers of the values that it takes. */
  public record Part(Elementwise op, List<Integer> arguments) {
    /** Those values among all so far. */
    public <T> List<T> arguments(List<T> values) {
      return arguments.stream().map(values::get).toList();
    }
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    GraphException.check(inputs.size() == arity, "takes %d inputs, found %d", arity, inputs.size());
    List<TensorType> types = types(inputs);
    for (TensorType type : types) {
      GraphException.check(
          type.shape().equals(Shape.SCALAR), "expected single numbers, found %s", type);
    }
    return results.stream().map(types::get).toList();
  }

  /** The types of all values for inputs of these types. */
  public List<TensorType> types(List<TensorType> inputs) {
    List<TensorType> types = new ArrayList<>(inputs);
    parts.forEach(part -> types.addAll(part.op().inferTypes(part.arguments(types))));
    return types;
  }

  /** All is read before anything is written. */
  @Override
  public boolean mayAlias(int output, int input) {
    return true;
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    List<Value> values = new ArrayList<>(inputs);
    for (Part part : parts) {
      values.addAll(inputs.get(0).graph().applyAll(part.op(), part.arguments(values)));
    }
    return Optional.of(results.stream().map(values::get).toList());
  }
}
