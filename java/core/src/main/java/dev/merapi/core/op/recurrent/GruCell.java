package dev.merapi.core.op.recurrent;

import static dev.merapi.core.op.elementwise.Arithmetic.add;
import static dev.merapi.core.op.elementwise.Arithmetic.mul;
import static dev.merapi.core.op.elementwise.Arithmetic.oneMinus;
import static dev.merapi.core.op.elementwise.Arithmetic.sigmoid;
import static dev.merapi.core.op.elementwise.Arithmetic.sub;
import static dev.merapi.core.op.elementwise.Arithmetic.tanh;
import static dev.merapi.core.op.recurrent.Gates.sigmoidSlope;
import static dev.merapi.core.op.recurrent.Gates.split;
import static dev.merapi.core.op.recurrent.Gates.tanhSlope;

import dev.merapi.core.graph.Value;
import java.util.List;

/** A step of {@link Gru}. */
record GruCell() implements Cell {
  @Override
  public Step step(Value input, Value recurrent, List<Value> states) {
    List<Value> in = split(input, 3);
    List<Value> re = split(recurrent, 3);
    Value r = sigmoid(add(in.get(0), re.get(0)));
    Value z = sigmoid(add(in.get(1), re.get(1)));
    Value n = tanh(add(in.get(2), mul(r, re.get(2))));
    Value h = add(mul(oneMinus(z), n), mul(z, states.get(0)));
    return new Step(List.of(h), List.of(r, z, n, re.get(2)));
  }

  @Override
  public Gradient back(Saved saved, List<Value> gradStates) {
    Value r = saved.gates().get(0);
    Value z = saved.gates().get(1);
    Value n = saved.gates().get(2);
    Value gradH = gradStates.get(0);
    Value gradN = mul(mul(gradH, oneMinus(z)), tanhSlope(n));
    Value gradZ = mul(mul(gradH, sub(saved.before().get(0), n)), sigmoidSlope(z));
    Value gradR = mul(mul(gradN, saved.gates().get(3)), sigmoidSlope(r));
    return new Gradient(
        List.of(gradR, gradZ, gradN),
        List.of(gradR, gradZ, mul(gradN, r)),
        new Value[] {mul(gradH, z)});
  }
}
