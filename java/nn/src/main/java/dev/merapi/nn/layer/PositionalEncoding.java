package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.init.Initializer;
import java.util.List;

/**
 * Adds to each vector of a sequence where it stands, as sines and cosines.
 *
 * <pre>
 * y[n, t, 2 i]     = x[n, t, 2 i]     + sin(t / 10000^(2 i / D))
 * y[n, t, 2 i + 1] = x[n, t, 2 i + 1] + cos(t / 10000^(2 i / D))
 * </pre>
 *
 * <p>Takes x [N, T, D] with T up to maxLength; t in positions, angles in radians; y of the same
 * shape. Or x [N, 1, D] and behind it positions I32 [N] from 0 to maxLength - 1, where the only
 * vector of each sequence stands. Buffer {@code encoding} [maxLength, D], which is not trained.
 * Source: Vaswani et al., "Attention Is All You Need", NIPS 2017, section 3.5.
 *
 * @param maxLength the longest sequence, at least 1
 */
public record PositionalEncoding(@Default("512") int maxLength) implements Layer {
  public PositionalEncoding {
    GraphException.check(
        maxLength >= 1, "positionalEncoding: maxLength must be at least 1, found %d", maxLength);
  }

  /** For sequences of up to 512 steps. */
  public PositionalEncoding() {
    this(512);
  }

  @Override
  public Value build(Net net, Value x) {
    checkLength("positionalEncoding", x, maxLength);
    Shape shape = Shape.of(maxLength, x.shape().dim(2));
    return addFirst(x, net.buffer("encoding", shape, new Sinusoids()));
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    if (inputs.size() < 2) {
      return Layer.super.build(net, inputs);
    }
    Value x = inputs.get(0);
    Value positions = inputs.get(1);
    Shape one = Shape.of(positions.shape().elements(), 1, x.shape().dim(-1));
    GraphException.check(
        inputs.size() == 2 && x.shape().equals(one) && positions.dtype() == DType.I32,
        "positionalEncoding: expected x [N, T, D], or x [N, 1, D] and positions I32[N], found %s",
        inputs.stream().map(Value::type).toList());
    Value table = net.buffer("encoding", Shape.of(maxLength, one.dim(2)), new Sinusoids());
    return Outputs.of(Ops.add(x, Ops.reshape(Ops.gather(table, positions), one.toArray())));
  }

  /** Checks that a table of so many positions is long enough for x. */
  static void checkLength(String layer, Value x, int maxLength) {
    GraphException.check(
        x.shape().rank() == 3 && x.shape().dim(1) <= maxLength,
        "%s: expected [N, T, D] with T up to %d, found %s",
        layer,
        maxLength,
        x.shape());
  }

  /** x [N, T, D] and the first T rows of a table. */
  static Value addFirst(Value x, Value table) {
    Shape shape = x.shape();
    return Ops.add(x, Ops.slice(table, List.of(0, 0), List.of(shape.dim(1), shape.dim(2))));
  }

  private record Sinusoids() implements Initializer {
    @Override
    public HostTensor create(TensorType type, Philox.Key key) {
      HostTensor table = HostTensor.zeros(type);
      int features = type.shape().dim(1);
      for (int i = 0; i < table.elements(); i++) {
        int feature = i % features;
        double angle = i / features / Math.pow(1e4, (double) (feature / 2 * 2) / features);
        table.set(i, feature % 2 == 0 ? Math.sin(angle) : Math.cos(angle));
      }
      return table;
    }
  }
}
