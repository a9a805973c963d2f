package dev.merapi.core.op.elementwise;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Value;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** y = x in another element type, converted as {@link DType#convert} says. */
public record Cast(DType to) implements Elementwise {
  /** The value in this element type; the value itself when it already is. */
  public static Value of(Value x, DType to) {
    return x.dtype() == to ? x : x.graph().apply(new Cast(to), x);
  }

  @Override
  public ScalarExpr expr() {
    return ScalarExpr.arg(0);
  }

  @Override
  public int arity() {
    return 1;
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return List.of(Elementwise.super.inferTypes(inputs).get(0).withDType(to));
  }
}
