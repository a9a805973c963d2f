package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Outputs;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the attention layers take: queries, keys and values, and the lengths of the keys.
 *
 * @param query [N, T, features]
 * @param key [N, S, features]
 * @param value [N, S, features]
 * @param lengths I32 [N], how many of each sample's keys count; empty when all do
 */
record AttentionInputs(Value query, Value key, Value value, Optional<Value> lengths) {
  /**
   * One value for all three; or queries, and keys that are the values, too; or all three; behind
   * them the lengths, known by their type.
   */
  static AttentionInputs of(String layer, List<Value> inputs) {
    Value last = inputs.get(inputs.size() - 1);
    boolean limited = last.dtype() == DType.I32;
    List<Value> three = limited ? inputs.subList(0, inputs.size() - 1) : inputs;
    GraphException.check(
        three.size() >= 1 && three.size() <= 3,
        "%s: expected queries, keys and values, and then perhaps lengths I32[N], found %d inputs",
        layer,
        inputs.size());
    Value query = three.get(0);
    Value key = three.get(Math.min(1, three.size() - 1));
    Value value = three.get(three.size() - 1);
    Shape shape = query.shape();
    for (Value found : three) {
      GraphException.check(
          found.shape().rank() == 3 && found.shape().dim(0) == shape.dim(0),
          "%s: expected [N, T, features] with one N, found %s",
          layer,
          three.stream().map(Value::type).toList());
    }
    GraphException.check(
        key.shape().dim(1) == value.shape().dim(1),
        "%s: expected as many keys as values, found %s and %s",
        layer,
        key.type(),
        value.type());
    Optional<Value> lengths = limited ? Optional.of(last) : Optional.empty();
    GraphException.check(
        !limited || last.shape().equals(shape.slice(0, 1)),
        "%s: expected lengths I32%s, found %s",
        layer,
        shape.slice(0, 1),
        last.type());
    return new AttentionInputs(query, key, value, lengths);
  }

  /** Whether queries, keys and values are one value. */
  boolean isSelf() {
    return query == key && key == value;
  }

  /** The mask to add to scores, with axes of size 1 between the samples and the keys. */
  Optional<Value> mask(int rank) {
    int keys = key.shape().dim(1);
    return lengths.map(
        known -> {
          int[] dims = new int[rank];
          Arrays.fill(dims, 1);
          dims[0] = key.shape().dim(0);
          dims[rank - 1] = keys;
          return Ops.reshape(Ops.lengthMask(known, keys, query.dtype()), dims);
        });
  }

  /** The values' means [N, T, features], weighted by the softmax of scores [N, T, S]. */
  Outputs attend(Value scores) {
    Value masked = mask(3).map(mask -> Ops.add(scores, mask)).orElse(scores);
    Value weights = Ops.softmax(masked, -1);
    return Outputs.of(Ops.matMul(weights, value)).and("weights", weights);
  }
}
