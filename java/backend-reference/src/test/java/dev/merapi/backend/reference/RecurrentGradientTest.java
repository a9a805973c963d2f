package dev.merapi.backend.reference;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.recurrent.Gru;
import dev.merapi.core.op.recurrent.Lstm;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Gradients of recurrent ops; what is to be differentiated twice is decomposed first. */
class RecurrentGradientTest extends GradientCheck {
  @Test
  void throughSequenceAndFinalStates() {
    Value x = input(3, 2, 2);
    Value h0 = input(2, 2, 3);
    Gru gru = new Gru(3, 1, true);
    Value longWeight = input(gru.weights(2).elements());
    check(() -> Ops.gru(gru, x, longWeight, h0).get(0), x, longWeight, h0);
    check(() -> Ops.gru(gru, x, longWeight, h0).get(1), x, longWeight, h0);
  }

  @Test
  void primitivesCanBeDifferentiatedTwice() {
    Lstm lstm = new Lstm(2, 1, false);
    Value x = input(3, 1, 2);
    Value weight = input(lstm.weights(2).elements());
    Value h0 = input(1, 1, 2);
    Value c0 = input(1, 1, 2);
    Value y = lstm.decompose(List.of(x, weight, h0, c0)).orElseThrow().get(0);
    Value gradient = Differentiator.gradients(Ops.sum(Ops.square(y)), List.of(weight)).get(0);
    check(() -> gradient, x, weight, h0, c0);
  }
}
