package dev.merapi.core.op.recurrent;

import dev.merapi.core.graph.Value;
import java.util.List;
import java.util.Optional;

/**
 * The gradient of {@link Rnn} by its inputs: (gradY, gradHn, x, weight, h0, all h) to (gradX,
 * gradWeight, gradH0), with the types of {@link RecurrentGrad}. It has no gradient itself.
 *
 * @param forward the stack whose gradient this is
 */
public record RnnGrad(Rnn forward) implements RecurrentGrad {
  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    return Optional.of(new UnrolledGrad(forward, new RnnCell(forward.mode())).backward(inputs));
  }
}
