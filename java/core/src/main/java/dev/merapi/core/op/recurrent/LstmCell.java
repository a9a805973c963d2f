package dev.merapi.core.op.recurrent;

import static dev.merapi.core.op.elementwise.Arithmetic.add;
import static dev.merapi.core.op.elementwise.Arithmetic.mul;
import static dev.merapi.core.op.elementwise.Arithmetic.sigmoid;
import static dev.merapi.core.op.elementwise.Arithmetic.tanh;
import static dev.merapi.core.op.recurrent.Gates.sigmoidSlope;
import static dev.merapi.core.op.recurrent.Gates.split;
import static dev.merapi.core.op.recurrent.Gates.tanhSlope;

import dev.merapi.core.graph.Value;
import java.util.List;

/** A step of {@link Lstm}. */
record LstmCell() implements Cell {
  @Override
  public Step step(Value input, Value recurrent, List<Value> states) {
    List<Value> sums = split(add(input, recurrent), 4);
    Value i = sigmoid(sums.get(0));
    Value f = sigmoid(sums.get(1));
    Value g = tanh(sums.get(2));
    Value o = sigmoid(sums.get(3));
    Value c = add(mul(f, states.get(1)), mul(i, g));
    return new Step(List.of(mul(o, tanh(c)), c), List.of(i, f, g, o));
  }

  @Override
  public Gradient back(Saved saved, List<Value> gradStates) {
    Value i = saved.gates().get(0);
    Value f = saved.gates().get(1);
    Value g = saved.gates().get(2);
    Value o = saved.gates().get(3);
    Value gradH = gradStates.get(0);
    Value squashed = tanh(saved.after().get(1));
    Value gradC = add(gradStates.get(1), mul(mul(gradH, o), tanhSlope(squashed)));
    List<Value> gates =
        List.of(
            mul(mul(gradC, g), sigmoidSlope(i)),
            mul(mul(gradC, saved.before().get(1)), sigmoidSlope(f)),
            mul(mul(gradC, i), tanhSlope(g)),
            mul(mul(gradH, squashed), sigmoidSlope(o)));
    return new Gradient(gates, gates, new Value[] {null, mul(gradC, f)});
  }
}
