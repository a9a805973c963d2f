package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import java.util.List;

/**
 * The elementwise sum of values: y = x_1 + x_2 + ..., of equal shapes or shapes that broadcast as
 * in NumPy. Source: He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR
 * 2016.
 */
public record Add() implements Merge {
  @Override
  public Value merge(List<Value> values) {
    return values.stream().reduce(Ops::add).orElseThrow();
  }
}
