package dev.merapi.core.op.recurrent;

import dev.merapi.core.graph.Value;
import java.util.List;
import java.util.Optional;

/**
 * The gradient of {@link Gru} by its inputs: (gradY, gradHn, x, weight, h0, gates, all h) to
 * (gradX, gradWeight, gradH0), with the types of {@link RecurrentGrad}. It has no gradient itself.
 *
 * @param forward the stack whose gradient this is
 */
public record GruGrad(Gru forward) implements RecurrentGrad {
  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    return Optional.of(new UnrolledGrad(forward, new GruCell()).backward(inputs));
  }
}
