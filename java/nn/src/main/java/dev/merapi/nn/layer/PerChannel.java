package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.normalization.BatchNorm;

/** Values of channels, as layers add them to images and sequences or multiply by them. */
final class PerChannel {
  private PerChannel() {}

  /** Values [C] in the shape [C, 1, ...] that broadcasts to x [N, C, ...]. */
  static Value of(Value values, Value x) {
    return Ops.reshape(values, BatchNorm.perChannel(x.shape()).toArray());
  }
}
