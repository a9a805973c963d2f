package dev.merapi.core.op.random;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Random;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.state.Control;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * Drops elements at random and scales up the others: y = x / (1 - rate) where an element is kept,
 * exactly 0 (whatever x is) where it is dropped.
 *
 * <p>Inputs: x of a floating-point type, and step and micro-step, I32 scalars. Element i is kept
 * when its bits by {@link Philox#bits}, as an unsigned number, are not below {@link #threshold}.
 * The gradient draws the same bits again, so no mask is saved. Source: Srivastava et al.,
 * "Dropout", JMLR 15, 2014, scaled while training as in PyTorch.
 *
 * @param rate the probability that an element is dropped, in [0, 1)
 * @param key the sequence to draw from
 */
public record Dropout(double rate, Philox.Key key) implements Random {
  /** Another mask in every step, from the next key at the graph's path; rate 0 gives x itself. */
  public static Value of(Value x, double rate) {
    Graph graph = x.graph();
    return rate == 0
        ? x
        : graph.apply(
            new Dropout(rate, graph.randomKey()),
            x,
            Control.STEP.read(graph),
            Control.MICRO_STEP.read(graph));
  }

  static void checkCounters(List<TensorType> counters) {
    TensorType counter = TensorType.scalar(DType.I32);
    GraphException.check(
        counters.equals(List.of(counter, counter)),
        "expected step and micro-step as %s, found %s",
        counter,
        counters);
  }

  /** The 32 bits, as an unsigned number, below which an element is dropped: rate * 2^32. */
  public int threshold() {
    return (int) (long) (rate * 0x1p32);
  }

  /** What kept elements are multiplied by, so that the expected value stays the same. */
  public double scale() {
    return 1 / (1 - rate);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    GraphException.check(x.dtype().isFloating(), "expected a floating-point x, found %s", x);
    GraphException.check(rate >= 0 && rate < 1, "expected a rate in [0, 1), found %s", rate);
    checkCounters(inputs.subList(1, inputs.size()));
    return List.of(x);
  }

  @Override
  public void gradient(Adjoint adjoint) {
    Value grad = adjoint.gradOutput();
    adjoint.give(0, () -> grad.graph().apply(this, grad, adjoint.input(1), adjoint.input(2)));
  }
}
