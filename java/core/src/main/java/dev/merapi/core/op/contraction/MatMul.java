package dev.merapi.core.op.contraction;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.Contraction;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * Matrix product: C[..., m, n] = sum over k of A[..., m, k] * B[..., k, n].
 *
 * <p>A is stored as [..., K, M] where {@code transposeA}, B as [..., N, K] where {@code
 * transposeB}. Axes before the last two are batch axes, broadcast by NumPy's rule. K = 0 gives
 * zeros.
 */
public record MatMul(boolean transposeA, boolean transposeB) implements Contraction {
  /**
   * The matrix product. Where many matrices A meet one matrix B, their rows are put below each
   * other first, which makes one large product of many small ones, in the gradients too.
   */
  public static Value of(Value a, Value b, boolean transposeA, boolean transposeB) {
    MatMul op = new MatMul(transposeA, transposeB);
    Shape shape = a.shape();
    if (b.shape().rank() != 2 || shape.rank() <= 2 || transposeA || shape.isEmpty()) {
      return a.graph().apply(op, a, b);
    }
    int k = shape.dim(-1);
    Value rows = Reshape.of(a, Shape.of(shape.elements() / k, k));
    Value product = a.graph().apply(op, rows, b);
    return Reshape.of(product, shape.with(-1, product.shape().dim(1)));
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType a = inputs.get(0);
    TensorType b = inputs.get(1);
    GraphException.check(
        a.dtype() == b.dtype() && a.dtype().isFloating(),
        "expected one floating-point type, found %s and %s",
        a,
        b);
    GraphException.check(
        a.shape().rank() >= 2 && b.shape().rank() >= 2,
        "expected matrices of rank 2 or more, found %s and %s",
        a,
        b);
    int k = a.shape().dim(transposeA ? -2 : -1);
    GraphException.check(
        k == b.shape().dim(transposeB ? -1 : -2),
        "expected equal inner sizes, found %d of %s%s and %d of %s%s",
        k,
        a,
        transposeA ? " transposed" : "",
        b.shape().dim(transposeB ? -1 : -2),
        b,
        transposeB ? " transposed" : "");
    int m = a.shape().dim(transposeA ? -1 : -2);
    int n = b.shape().dim(transposeB ? -2 : -1);
    Shape batch = Shape.broadcast(batch(a.shape()), batch(b.shape()));
    return List.of(a.withShape(batch.concat(Shape.of(m, n))));
  }

  /** The batch axes of a stack of matrices. */
  public static Shape batch(Shape matrices) {
    return matrices.slice(0, matrices.rank() - 2);
  }

  /**
   * With G the gradient by C: G B' by A and A' G by B, transposed where A or B is stored so. The
   * adjoint sums over batch axes that were broadcast.
   */
  @Override
  public void gradient(Adjoint adjoint) {
    Value a = adjoint.input(0);
    Value b = adjoint.input(1);
    adjoint.give(
        0,
        () ->
            transposeA
                ? of(b, adjoint.gradOutput(), transposeB, true)
                : of(adjoint.gradOutput(), b, false, !transposeB));
    adjoint.give(
        1,
        () ->
            transposeB
                ? of(adjoint.gradOutput(), a, true, transposeA)
                : of(a, adjoint.gradOutput(), !transposeA, false));
  }
}
