package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;
import dev.merapi.nn.Merge;
import dev.merapi.nn.Net;
import java.util.List;

/**
 * Values joined one after the other along an axis: y = [x_1, x_2, ...]. Their other axes have equal
 * sizes; y's size along the axis is the sum of theirs. Source: the depth concatenation of Szegedy
 * et al., "Going deeper with convolutions", CVPR 2015.
 *
 * @param axis where they are joined; 1 are the channels of images and the features of vectors,
 *     negative ones count from the last
 */
public record Concat(@Default("1") int axis) implements Merge {
  /** Along the channels. */
  public Concat() {
    this(1);
  }

  @Override
  public Value merge(Net net, List<Value> inputs) {
    int rank = inputs.get(0).shape().rank();
    GraphException.check(
        axis >= -rank && axis < rank, "concat: no axis %d in %s", axis, inputs.get(0).shape());
    return Ops.concat(axis, inputs.toArray(Value[]::new));
  }
}
