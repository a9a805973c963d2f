package dev.merapi.core.op.recurrent;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Subgraph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes a {@link Scan} of a body that is a function: the body is built once, from placeholders in
 * the same graph, and what depends on these is taken out of it. All else that it reads becomes an
 * input of the scan, so that weights may be used in a body as anywhere.
 */
final class ScanBuilder {
  private ScanBuilder() {}

  static Scan.Carried build(
      List<Value> states, List<Value> sequences, int steps, boolean reverse, Scan.Body body) {
    List<Value> inputs = new ArrayList<>(states);
    inputs.addAll(sequences);
    GraphException.check(!inputs.isEmpty(), "scan: expected a state or a sequence, found none");
    Graph graph = inputs.get(0).graph();
    List<Value> given = Placeholder.of(graph, types(states, sequences));
    Scan.Carried carried =
        body.step(given.subList(0, states.size()), given.subList(states.size(), given.size()));
    GraphException.check(
        carried.states().size() == states.size(),
        "scan: expected %d next states, found %d",
        states.size(),
        carried.states().size());
    List<Value> outputs = new ArrayList<>(carried.states());
    outputs.addAll(carried.results());
    for (Value outer : captures(graph, given, outputs)) {
      given.add(outer);
      inputs.add(outer);
    }
    Subgraph part = Subgraph.of(given, outputs);
    Scan scan = new Scan(part, steps, states.size(), sequences.size(), reverse);
    List<Value> found = graph.applyAll(scan, inputs);
    return new Scan.Carried(
        found.subList(0, states.size()), found.subList(states.size(), found.size()));
  }

  private static List<TensorType> types(List<Value> states, List<Value> sequences) {
    List<TensorType> types = new ArrayList<>(states.stream().map(Value::type).toList());
    for (Value sequence : sequences) {
      Shape shape = sequence.shape();
      GraphException.check(
          shape.rank() >= 1, "scan: expected a sequence [T, ...], found %s", sequence.type());
      types.add(sequence.type().withShape(shape.slice(1, shape.rank())));
    }
    return types;
  }

  /** What the outputs need that does not depend on what is given; constants are for the body. */
  private static Set<Value> captures(Graph graph, List<Value> given, List<Value> outputs) {
    BitSet inner = new BitSet();
    given.forEach(value -> inner.set(value.node().id()));
    for (int id = given.get(0).node().id(); id < graph.nodes().size(); id++) {
      Node node = graph.nodes().get(id);
      if (node.inputs().stream().anyMatch(input -> inner.get(input.node().id()))) {
        inner.set(id);
      }
    }
    Set<Value> captures = new LinkedHashSet<>();
    BitSet seen = new BitSet();
    List<Value> open = new ArrayList<>(outputs);
    while (!open.isEmpty()) {
      Value value = open.remove(0);
      boolean outer = !inner.get(value.node().id());
      if (outer && Constant.splat(value) == null) {
        captures.add(value);
      } else if (!seen.get(value.node().id())) {
        seen.set(value.node().id());
        open.addAll(value.node().inputs());
      }
    }
    return captures;
  }
}
