package dev.merapi.nn.model;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;

/** Texts as the models read them: words by number, I32 [N, T], with 0 behind the end. */
final class WordInputs {
  private WordInputs() {}

  /** How many words each text has, I32 [N], at least 1. */
  static Value lengths(Value words, DType dtype) {
    Value counted = Ops.sum(Ops.greater(Ops.cast(words, dtype), 0), 1);
    return Ops.cast(Ops.max(counted, 1), DType.I32);
  }
}
