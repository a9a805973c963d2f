package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.Uniform;
import java.util.ArrayList;
import java.util.List;

/** What the recurrent layers share: the packed weight, and states that may be carried. */
final class Recurrence {
  private static final List<String> STATES = List.of("h", "c");

  private Recurrence() {}

  static void check(String layer, RecurrentStack stack, boolean carryState) {
    GraphException.check(
        stack.hidden() >= 1, "%s: hidden must be at least 1, found %d", layer, stack.hidden());
    GraphException.check(
        stack.layers() >= 1, "%s: layers must be at least 1, found %d", layer, stack.layers());
    GraphException.check(
        !(stack.bidirectional() && carryState),
        "%s: a bidirectional layer cannot carry its state: it begins at both ends",
        layer);
  }

  static Value build(Net net, Value x, RecurrentStack stack, boolean carryState) {
    Shape shape = x.shape();
    GraphException.check(
        shape.rank() == 3, "%s: expected [T, N, features], found %s", stack.name(), shape);
    double bound = 1 / Math.sqrt(stack.hidden());
    Shape packed = Shape.of(stack.weights(shape.dim(2)).elements());
    Shape state = stack.stateShape(shape.dim(1));
    List<Value> inputs = new ArrayList<>();
    inputs.add(x);
    inputs.add(net.parameter("weight", packed, new Uniform(-bound, bound)));
    List<Value> carried = new ArrayList<>();
    for (String name : STATES.subList(0, stack.states())) {
      if (carryState) {
        carried.add(net.state(name, state));
        inputs.add(net.latest(carried.get(carried.size() - 1)));
      } else {
        inputs.add(Constant.of(x.graph(), x.type().withShape(state), 0));
      }
    }
    List<Value> outputs = x.graph().applyAll(stack, inputs);
    for (int i = 0; i < carried.size(); i++) {
      net.update(carried.get(i), outputs.get(1 + i));
    }
    return outputs.get(0);
  }
}
