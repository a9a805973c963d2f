package dev.merapi.core.op.normalization;

import static dev.merapi.core.op.elementwise.Arithmetic.add;
import static dev.merapi.core.op.elementwise.Arithmetic.mul;
import static dev.merapi.core.op.elementwise.Arithmetic.pow;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Normalization;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Pad;
import dev.merapi.core.op.movement.Slice;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Local response normalization across channels: y = x scale^-beta, with scale[c] = k + alpha / size
 * * sum of x[j]^2 over the channels j from c - size / 2 to c + (size - 1) / 2 (rounded down) that
 * there are. Like PyTorch, and unlike the paper, alpha is divided by the size.
 *
 * <p>x [N, C, ...] with at least three axes; outputs: y and scale like x. The scale is for the
 * gradient and carries none. Source: Krizhevsky et al., NIPS 2012.
 *
 * @param size how many channels are summed, at least 1
 * @param alpha the weight of the mean square
 * @param beta the exponent
 * @param k what is added to the mean square
 */
public record LocalResponseNorm(int size, double alpha, double beta, double k)
    implements Normalization {
  /** The normalized values. */
  public static Value of(Value x, int size, double alpha, double beta, double k) {
    LocalResponseNorm op = new LocalResponseNorm(size, alpha, beta, k);
    return x.graph().applyAll(op, List.of(x)).get(0);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    TensorType x = inputs.get(0);
    checkInput(x);
    return List.of(x, x);
  }

  void checkInput(TensorType x) {
    Checks.floating(x);
    GraphException.check(
        x.shape().rank() >= 3, "expected input [N, C, ...] with 3 or more axes, found %s", x);
    GraphException.check(size >= 1, "expected a size of at least 1, found %d", size);
  }

  @Override
  public void gradient(Adjoint adjoint) {
    Checks.savedOnly(adjoint, 1, "scale");
    adjoint.give(
        0,
        () ->
            LocalResponseNormGrad.of(
                this,
                adjoint.gradOutput(),
                adjoint.input(0),
                adjoint.output(0),
                adjoint.output(1)));
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    Value x = inputs.get(0);
    Value sum = sumOfChannels(mul(x, x), size / 2, (size - 1) / 2);
    Value scale = add(mul(sum, alpha / size), k);
    return Optional.of(List.of(mul(x, pow(scale, -beta)), scale));
  }

  /** For each channel the sum of those up to {@code before} before and {@code after} after it. */
  static Value sumOfChannels(Value x, int before, int after) {
    Shape shape = x.shape();
    Value padded = Pad.of(x, onChannels(shape, before), onChannels(shape, after), 0);
    Value sum = channelsFrom(padded, 0, shape);
    for (int i = 1; i <= before + after; i++) {
      sum = add(sum, channelsFrom(padded, i, shape));
    }
    return sum;
  }

  private static Value channelsFrom(Value x, int start, Shape shape) {
    List<Integer> ends =
        IntStream.of(shape.with(1, start + shape.dim(1)).toArray()).boxed().toList();
    return Slice.of(x, onChannels(shape, start), ends);
  }

  private static List<Integer> onChannels(Shape shape, int channels) {
    List<Integer> values = new ArrayList<>(Collections.nCopies(shape.rank(), 0));
    values.set(1, channels);
    return values;
  }
}
