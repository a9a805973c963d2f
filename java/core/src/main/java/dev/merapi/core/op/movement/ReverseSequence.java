package dev.merapi.core.op.movement;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.elementwise.Arithmetic;
import dev.merapi.core.op.elementwise.Binary;
import dev.merapi.core.op.elementwise.Cast;
import dev.merapi.core.op.elementwise.Select;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Optional;

/**
 * Turns each sequence of a batch round, up to its own length; what is behind the end stays.
 *
 * <pre>
 * y[t, n, ...] = x[lengths[n] - 1 - t, n, ...]  where t &lt; lengths[n],  else x[t, n, ...]
 * </pre>
 *
 * <p>Inputs: x [T, N, ...] and lengths I32 [N], from 0 to T; a greater one is an error when the
 * program runs. Output: y as x. It undoes itself, and so is its own gradient. Source: ONNX,
 * operator {@code ReverseSequence} with its default axes.
 */
public record ReverseSequence() implements Movement {
  /** The most elements of [T, N] that F32 can count. */
  private static final int EXACT = 1 << 24;

  public static Value of(Value x, Value lengths) {
    return x.graph().apply(new ReverseSequence(), x, lengths);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    TensorType lengths = inputs.get(1);
    Shape shape = x.shape();
    GraphException.check(shape.rank() >= 2, "expected sequences [T, N, ...], found %s", x);
    GraphException.check(
        lengths.equals(new TensorType(DType.I32, shape.slice(1, 2))),
        "expected lengths I32%s, found %s",
        shape.slice(1, 2),
        lengths);
    GraphException.check(
        (long) shape.dim(0) * shape.dim(1) <= EXACT,
        "expected at most %d places in all sequences together, found %s",
        EXACT,
        x);
    return List.of(x);
  }

  @Override
  public void gradient(Adjoint adjoint) {
    adjoint.give(0, () -> of(adjoint.gradOutput(), adjoint.input(1)));
  }

  /** The rows of x as [T * N, ...], in another order. */
  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    Value x = inputs.get(0);
    Shape shape = x.shape();
    if (shape.isEmpty()) {
      return Optional.of(List.of(x));
    }
    int steps = shape.dim(0);
    int batch = shape.dim(1);
    Graph graph = x.graph();
    Value t = Reshape.of(Range.of(graph, DType.F32, steps), Shape.of(steps, 1));
    Value n = Range.of(graph, DType.F32, batch);
    Value length = Cast.of(inputs.get(1), DType.F32);
    Value last = Arithmetic.add(length, -1);
    Value inside = Binary.of(BinaryFunction.LESS, t, length);
    Value source = Select.of(inside, Arithmetic.sub(last, t), t);
    Value row = Cast.of(Arithmetic.add(Arithmetic.mul(source, batch), n), DType.I32);
    Shape rows = Shape.of(steps * batch);
    Value flat = Reshape.of(x, rows.concat(shape.slice(2, shape.rank())));
    return Optional.of(List.of(Reshape.of(Gather.of(flat, Reshape.of(row, rows), 0), shape)));
  }
}
