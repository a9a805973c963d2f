package dev.merapi.core.op.recurrent;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.elementwise.Arithmetic;
import dev.merapi.core.op.elementwise.Binary;
import dev.merapi.core.op.elementwise.Relu;
import dev.merapi.core.op.elementwise.Select;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.scalar.BinaryFunction;
import java.util.List;

/** A step of {@link Rnn}. */
record RnnCell(Rnn.Mode mode) implements Cell {
  @Override
  public Step step(Value input, Value recurrent, List<Value> states) {
    Value sum = Arithmetic.add(input, recurrent);
    Value h =
        switch (mode) {
          case TANH -> Arithmetic.tanh(sum);
          case RELU -> Relu.of(sum);
        };
    return new Step(List.of(h), List.of());
  }

  @Override
  public Gradient back(Saved saved, List<Value> gradStates) {
    Value h = saved.after().get(0);
    Value grad = gradStates.get(0);
    Value gradSum =
        switch (mode) {
          case TANH -> Arithmetic.mul(grad, Gates.tanhSlope(h));
          case RELU -> whereAboveZero(h, grad);
        };
    return new Gradient(List.of(gradSum), List.of(gradSum), new Value[] {null});
  }

  private static Value whereAboveZero(Value h, Value grad) {
    Value zero = Constant.scalar(h.graph(), h.dtype(), 0);
    return Select.of(Binary.of(BinaryFunction.GREATER, h, zero), grad, zero);
  }
}
