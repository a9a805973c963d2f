package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.recurrent.PackedWeights;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.init.Initializer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** What the recurrent layers share: the packed weight, and states, given, carried or zero. */
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

  /** With a weight that begins uniform. */
  static Outputs build(Net net, List<Value> inputs, RecurrentStack stack, boolean carryState) {
    return build(net, inputs, stack, carryState, RecurrentInit::uniform);
  }

  /**
   * Builds the layer.
   *
   * @param init what the packed weight begins with, by where its pieces lie
   */
  static Outputs build(
      Net net,
      List<Value> inputs,
      RecurrentStack stack,
      boolean carryState,
      Function<PackedWeights, Initializer> init) {
    List<String> names = STATES.subList(0, stack.states());
    int rows = stack.layers() * stack.directions();
    RecurrentInputs in = RecurrentInputs.of(stack.name(), names, rows, stack.hidden(), inputs);
    GraphException.check(
        !carryState || in.states().isEmpty(),
        "%s: expected no states as inputs where they are carried from batch to batch, found %d",
        stack.name(),
        in.states().size());
    Value x = in.x();
    PackedWeights packed = stack.weights(x.shape().dim(2));
    Value weight = net.parameter("weight", Shape.of(packed.elements()), init.apply(packed));
    Shape state = stack.stateShape(x.shape().dim(1));
    List<Value> carried = new ArrayList<>();
    List<Value> first = new ArrayList<>(in.states());
    for (String name : first.isEmpty() ? names : List.<String>of()) {
      if (carryState) {
        carried.add(net.state(name, state));
        first.add(net.latest(carried.get(carried.size() - 1)));
      } else {
        first.add(Constant.of(x.graph(), x.type().withShape(state), 0));
      }
    }
    List<Value> results = run(stack, in, weight, first);
    for (int i = 0; i < carried.size(); i++) {
      net.update(carried.get(i), results.get(1 + i));
    }
    Outputs outputs = Outputs.of(results.get(0));
    for (int i = 0; i < names.size(); i++) {
      outputs = outputs.and(names.get(i), results.get(1 + i));
    }
    return outputs;
  }

  /** The output and the last states; one op for the whole stack where all sequences are whole. */
  private static List<Value> run(
      RecurrentStack stack, RecurrentInputs in, Value weight, List<Value> first) {
    if (in.lengths().isPresent()) {
      return new LimitedRecurrence(stack, in, weight).run(first);
    }
    List<Value> inputs = new ArrayList<>(List.of(in.x(), weight));
    inputs.addAll(first);
    return weight.graph().applyAll(stack, inputs);
  }
}
