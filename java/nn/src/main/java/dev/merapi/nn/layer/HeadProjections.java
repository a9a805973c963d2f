package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.XavierUniform;
import dev.merapi.nn.init.Zeros;
import java.util.ArrayList;
import java.util.List;

/** The projections of queries, keys and values to the heads, with PyTorch's variables. */
final class HeadProjections {
  private static final List<String> WEIGHTS =
      List.of("q_proj_weight", "k_proj_weight", "v_proj_weight");

  private HeadProjections() {}

  /** Queries [N, heads, T, E / heads], and keys and values [N, heads, S, E / heads]. */
  static List<Value> of(Net net, AttentionInputs in, int heads, boolean biased) {
    List<Value> inputs = List.of(in.query(), in.key(), in.value());
    int features = in.query().shape().dim(2);
    boolean packed = inputs.stream().allMatch(input -> input.shape().dim(2) == features);
    List<Value> weights = new ArrayList<>();
    if (packed) {
      Shape shape = Shape.of(3 * features, features);
      weights.add(net.parameter("in_proj_weight", shape, new XavierUniform()));
    } else {
      for (int i = 0; i < WEIGHTS.size(); i++) {
        Shape shape = Shape.of(features, inputs.get(i).shape().dim(2));
        weights.add(net.parameter(WEIGHTS.get(i), shape, new XavierUniform()));
      }
    }
    Value bias = biased ? net.parameter("in_proj_bias", Shape.of(3 * features), new Zeros()) : null;
    List<Value> projected = new ArrayList<>();
    if (in.isSelf()) { // one product for all three
      Value all = heads(linear(in.query(), weights.get(0), bias), 3 * heads);
      for (int i = 0; i < inputs.size(); i++) {
        projected.add(heads(all, i * heads, heads));
      }
      return projected;
    }
    for (int i = 0; i < inputs.size(); i++) {
      Value weight = packed ? rows(weights.get(0), i * features, features) : weights.get(i);
      Value part = biased ? rows(bias, i * features, features) : null;
      projected.add(heads(linear(inputs.get(i), weight, part), heads));
    }
    return projected;
  }

  private static Value rows(Value x, int from, int count) {
    List<Integer> starts = new ArrayList<>(List.of(from));
    List<Integer> ends = new ArrayList<>(List.of(from + count));
    for (int axis = 1; axis < x.shape().rank(); axis++) {
      starts.add(0);
      ends.add(x.shape().dim(axis));
    }
    return Ops.slice(x, starts, ends);
  }

  /** x W^T + b on each row; no bias where it is null. */
  private static Value linear(Value x, Value weight, Value bias) {
    Shape shape = x.shape();
    Value rows = Ops.reshape(x, shape.dim(0) * shape.dim(1), shape.dim(2));
    Value y = Ops.matMul(rows, weight, false, true);
    return Ops.reshape(
        bias == null ? y : Ops.add(y, bias), shape.dim(0), shape.dim(1), weight.shape().dim(0));
  }

  /** [N, T, heads * d] as [N, heads, T, d]. */
  private static Value heads(Value x, int heads) {
    Shape shape = x.shape();
    int size = shape.dim(2) / heads;
    return Ops.transpose(Ops.reshape(x, shape.dim(0), shape.dim(1), heads, size), 0, 2, 1, 3);
  }

  private static Value heads(Value all, int from, int count) {
    Shape shape = all.shape();
    return Ops.slice(
        all,
        List.of(0, from, 0, 0),
        List.of(shape.dim(0), from + count, shape.dim(2), shape.dim(3)));
  }
}
