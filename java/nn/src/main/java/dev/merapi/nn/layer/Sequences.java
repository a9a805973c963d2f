package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.tensor.Shape;

/** Sequences [N, C, L] as images [N, C, 1, L] of one row, for which every backend has windows. */
final class Sequences {
  private Sequences() {}

  static Value toImages(String layer, Value x) {
    Shape shape = x.shape();
    GraphException.check(shape.rank() == 3, "%s: expected [N, C, L], found %s", layer, shape);
    return Ops.reshape(x, shape.dim(0), shape.dim(1), 1, shape.dim(2));
  }

  static Value fromImages(Value y) {
    Shape shape = y.shape();
    return Ops.reshape(y, shape.dim(0), shape.dim(1), shape.dim(3));
  }

  static Window2d window(int kernel, int stride, int padding) {
    return Window2d.of(1, kernel).stride(1, stride).padding(0, padding);
  }
}
