package dev.merapi.core.op.elementwise;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.scalar.ScalarExpr;
import java.util.List;

/**
 * Any scalar expression as an op: for formulas that need no name, such as learning-rate schedules.
 */
public record Formula(ScalarExpr expr, int arity) implements Elementwise {
  /** Applies the expression, whose argument i is the i-th input. */
  public static Value of(ScalarExpr expr, Value... inputs) {
    return inputs[0].graph().apply(new Formula(expr, inputs.length), inputs);
  }

  /** Builds the expression from one node for each function, so that equal parts are shared. */
  public static Value expand(ScalarExpr expr, List<Value> inputs) {
    if (expr instanceof ScalarExpr.Arg a) {
      return inputs.get(a.index());
    } else if (expr instanceof ScalarExpr.Unary u) {
      return Unary.of(u.function(), expand(u.x(), inputs));
    } else if (expr instanceof ScalarExpr.Binary b) {
      return Binary.of(b.function(), expand(b.a(), inputs), expand(b.b(), inputs));
    } else if (expr instanceof ScalarExpr.Select s) {
      return Select.of(
          expand(s.condition(), inputs), expand(s.ifTrue(), inputs), expand(s.ifFalse(), inputs));
    }
    Value like = inputs.get(0);
    double value = ((ScalarExpr.Const) expr).value();
    return Constant.scalar(like.graph(), like.dtype(), value);
  }
}
