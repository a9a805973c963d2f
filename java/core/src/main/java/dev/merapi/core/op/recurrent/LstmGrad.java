package dev.merapi.core.op.recurrent;

import dev.merapi.core.graph.Value;
import java.util.List;
import java.util.Optional;

/**
 * The gradient of {@link Lstm} by its inputs: (gradY, gradHn, gradCn, x, weight, h0, c0, gates, all
 * h, all c) to (gradX, gradWeight, gradH0, gradC0), with the types of {@link RecurrentGrad}. It has
 * no gradient itself.
 *
 * @param forward the stack whose gradient this is
 */
public record LstmGrad(Lstm forward) implements RecurrentGrad {
  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    return Optional.of(new UnrolledGrad(forward, new LstmCell()).backward(inputs));
  }
}
