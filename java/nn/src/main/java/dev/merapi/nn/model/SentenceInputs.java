package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/**
 * What a translation model takes.
 *
 * @param source tokens I32 [N, S]
 * @param lengths of the sources, I32 [N]
 * @param target tokens I32 [N, T], the begin token first
 */
record SentenceInputs(Value source, Value lengths, Value target) {
  static SentenceInputs of(String model, List<Value> inputs) {
    List<TensorType> types = inputs.stream().map(Value::type).toList();
    GraphException.check(
        types.size() == 3
            && types.stream().allMatch(type -> type.dtype() == DType.I32)
            && types.get(0).shape().rank() == 2
            && types.get(2).shape().rank() == 2
            && types.get(1).shape().equals(types.get(0).shape().slice(0, 1))
            && types.get(2).shape().dim(0) == types.get(0).shape().dim(0),
        "%s: expected a source I32[N, S], its lengths I32[N] and a target I32[N, T], found %s",
        model,
        types);
    return new SentenceInputs(inputs.get(0), inputs.get(1), inputs.get(2));
  }

  /** The shapes of one sample's, where source and target are of one length. */
  static List<Shape> shapes(Shape tokens) {
    return List.of(tokens, Shape.of(), tokens);
  }

  List<Value> sources() {
    return List.of(source, lengths);
  }
}
