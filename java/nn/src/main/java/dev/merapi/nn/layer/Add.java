package dev.merapi.nn.layer;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Merge;
import dev.merapi.nn.Net;
import java.util.List;

/**
 * The elementwise sum of values: y = x_1 + x_2 + ..., of equal shapes or shapes that broadcast as
 * in NumPy. Source: He, Zhang, Ren and Sun, "Deep residual learning for image recognition", CVPR
 * 2016.
 */
public record Add() implements Merge {
  @Override
  public Value merge(Net net, List<Value> inputs) {
    return inputs.stream().reduce(Ops::add).orElseThrow();
  }
}
