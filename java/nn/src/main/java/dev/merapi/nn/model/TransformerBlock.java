package dev.merapi.nn.model;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.LayerNorm;
import dev.merapi.nn.layer.MultiHeadAttention;
import dev.merapi.nn.layer.Relu;
import java.util.ArrayList;
import java.util.List;

/**
 * The options of a Transformer's layers, and its encoder layer: takes x [N, S, features] and
 * lengths I32 [N].
 */
record TransformerBlock(int heads, int feedForward, double dropout) implements MultiLayer {
  @Override
  public Outputs build(Net net, List<Value> inputs) {
    Value x = inputs.get(0);
    Value normal = norm(net, 1, x);
    List<Value> attended = List.of(normal, normal, normal, inputs.get(1));
    Value y = add(net, x, net.apply("attention", attention(), attended).first());
    return Outputs.of(mlp(net, 2, y));
  }

  MultiHeadAttention attention() {
    return new MultiHeadAttention(heads).dropout(dropout);
  }

  Value norm(Net net, int number, Value x) {
    return net.apply("norm" + number, new LayerNorm(), x);
  }

  Value add(Net net, Value x, Value change) {
    return Ops.add(x, new Dropout(dropout).build(net, change));
  }

  Value mlp(Net net, int norm, Value x) {
    Dense out = new Dense(x.shape().dim(-1));
    Sequential mlp = Sequential.of(new Dense(feedForward), new Relu(), new Dropout(dropout), out);
    return add(net, x, net.apply("mlp", mlp, norm(net, norm, x)));
  }

  /**
   * A decoder layer: takes y [N, T, features], the memory [N, S, features] and its lengths I32 [N];
   * or one place y [N, 1, features] with them, and behind them what is known of the places before
   * it, [N, length, features], and how many those are, floating-point [N]. Outputs: y, and what is
   * then known.
   */
  record Decoder(TransformerBlock options) implements MultiLayer {
    @Override
    public Outputs build(Net net, List<Value> inputs) {
      Value y = inputs.get(0);
      Value normal = options.norm(net, 1, y);
      List<Value> attended = new ArrayList<>(List.of(normal));
      Value known = normal;
      if (inputs.size() > 3) {
        Value count = inputs.get(4);
        known = put(inputs.get(3), normal, count);
        Value lengths = Ops.cast(Ops.add(count, 1), DType.I32);
        attended.addAll(List.of(known, known, lengths));
      }
      y = options.add(net, y, net.apply("attention", new Self(options), attended).first());
      List<Value> cross = new ArrayList<>(List.of(options.norm(net, 2, y)));
      cross.addAll(List.of(inputs.get(1), inputs.get(1), inputs.get(2)));
      y = options.add(net, y, net.apply("cross", options.attention(), cross).first());
      return Outputs.of(options.mlp(net, 3, y)).and("known", known);
    }

    /** Writes x [N, 1, features] to places of rows [N, length, features] that hold zeros. */
    private static Value put(Value rows, Value x, Value places) {
      Shape shape = rows.shape();
      Value index = Ops.cast(places, DType.I32);
      Value chosen = Ops.oneHot(index, shape.dim(1), rows.dtype());
      return Ops.add(rows, Ops.mul(Ops.reshape(chosen, shape.dim(0), shape.dim(1), 1), x));
    }
  }

  /** Of all places at once each looks at those up to it; or one looks at those that are given. */
  private record Self(TransformerBlock options) implements MultiLayer {
    @Override
    public Outputs build(Net net, List<Value> inputs) {
      return options.attention().causal(inputs.size() == 1).build(net, inputs);
    }
  }
}
