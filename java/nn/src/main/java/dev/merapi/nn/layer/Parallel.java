package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Merge;
import dev.merapi.nn.Net;
import java.util.ArrayList;
import java.util.List;

/**
 * Branches that all see the same input, and a merge of their outputs: y = merge(f_1(x), f_2(x),
 * ...). Joined along the channels, it is an inception block. Source: Szegedy et al., "Going deeper
 * with convolutions", CVPR 2015.
 *
 * <p>The branches are named {@code branch1}, {@code branch2}, ...; an empty list of layers passes x
 * on.
 *
 * @param branches at least one
 * @param merge what makes one value of theirs
 */
public record Parallel(List<Layer> branches, @Default("concat") Merge merge) implements Layer {
  public Parallel {
    branches = List.copyOf(branches);
    GraphException.check(
        !branches.isEmpty(), "parallel: branches must be at least one, found none");
  }

  /** Branches that are joined along the channels. */
  public Parallel(Layer... branches) {
    this(List.of(branches), new Concat());
  }

  public Parallel merge(Merge merge) {
    return new Parallel(branches, merge);
  }

  @Override
  public Value build(Net net, Value x) {
    List<Value> outputs = new ArrayList<>();
    for (Layer branch : branches) {
      outputs.add(net.apply("branch" + (outputs.size() + 1), branch, x));
    }
    return merge.merge(net, outputs);
  }
}
