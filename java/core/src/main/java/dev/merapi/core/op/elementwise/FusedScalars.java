package dev.merapi.core.op.elementwise;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Region;
import dev.merapi.core.graph.Subgraph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * Elementwise ops on single numbers, one after the other, as one: what a training step does with
 * its learning rate, its loss and its control block. Unlike {@link Fused}, element types may
 * differ; each op computes and rounds as it would alone.
 *
 * @param body whose calls are all of elementwise ops
 */
public record FusedScalars(Subgraph body) implements Region {
  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    List<TensorType> types = body.types(inputs);
    for (TensorType type : types) {
      GraphException.check(
          type.shape().equals(Shape.SCALAR), "expected single numbers, found %s", type);
    }
    return body.results().stream().map(types::get).toList();
  }

  /** All is read before anything is written. */
  @Override
  public boolean mayAlias(int output, int input) {
    return true;
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    return Optional.of(body.inline(inputs.get(0).graph(), inputs));
  }
}
