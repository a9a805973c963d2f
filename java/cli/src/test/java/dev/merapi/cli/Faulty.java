package dev.merapi.cli;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.DType;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;

/**
 * A layer with a fault.
 *
 * @param what is wrong: {@code gradient}, {@code kinks} or {@code index}
 */
public record Faulty(String what) implements Layer {
  /** y = 2 x, with a derivative that says 3. */
  public record Skewed() implements Elementwise {
    @Override
    public ScalarExpr expr() {
      return ScalarExpr.mul(ScalarExpr.constant(2), ScalarExpr.arg(0));
    }

    @Override
    public ScalarExpr derivative(int input) {
      return ScalarExpr.constant(3);
    }

    @Override
    public int arity() {
      return 1;
    }
  }

  @Override
  public Value build(Net net, Value x) {
    return switch (what) {
      case "gradient" -> x.graph().apply(new Skewed(), x);
      // far shorter waves than the step of a difference
      case "kinks" -> Ops.sin(Ops.mul(x, 1e7));
      case "index" -> {
        Value nine = Ops.cast(Ops.add(Ops.mul(x, 0), 9), DType.I32);
        yield Ops.add(x, Ops.sum(Ops.gather(x, nine, 0)));
      }
      default -> throw new IllegalArgumentException("no such fault: " + what);
    };
  }
}
