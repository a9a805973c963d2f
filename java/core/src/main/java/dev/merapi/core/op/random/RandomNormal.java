package dev.merapi.core.op.random;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Random;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.state.Control;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * Standard normal random numbers: element i is {@link Philox#normal} of element i.
 *
 * <p>Inputs: step and micro-step, I32 scalars.
 *
 * @param shape the output's shape
 * @param dtype the output's element type, floating point
 * @param key the sequence to draw from
 */
public record RandomNormal(Shape shape, DType dtype, Philox.Key key) implements Random {
  /** Fresh numbers in every step, from the next key at the graph's path. */
  public static Value of(Graph graph, Shape shape, DType dtype) {
    RandomNormal op = new RandomNormal(shape, dtype, graph.randomKey());
    return graph.apply(op, Control.STEP.read(graph), Control.MICRO_STEP.read(graph));
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    Dropout.checkCounters(inputs);
    GraphException.check(dtype.isFloating(), "expected a floating-point type, found %s", dtype);
    return List.of(new TensorType(dtype, shape));
  }
}
