package dev.merapi.core.op.recurrent;

import static dev.merapi.core.op.elementwise.Arithmetic.add;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Subgraph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import java.util.ArrayList;
import java.util.List;

/**
 * Back-propagation through time as a scan in the other direction. Its body is the forward body with
 * its gradient; its states are the gradients of the forward states and the sums so far of those of
 * the values that stay; it reads the forward states, of which the forward ops are computed anew.
 * Once both scans are unrolled, these are the same ops on the same values, hence the same nodes.
 */
final class ScanGradient {
  private final Scan scan;
  private final Adjoint adjoint;
  private final List<Value> inputs;
  private final Graph graph;
  private final Graph inner = new Graph("", 0);

  /** The body's inputs and outputs in the inner graph. */
  private final List<Value> arguments;

  private final List<Value> outputs;

  /** The backward body and the scan's inputs, part by part. */
  private final List<Value> first = new ArrayList<>();

  private final List<Value> sequences = new ArrayList<>();
  private final List<Value> stateArguments = new ArrayList<>();
  private final List<Value> elementArguments = new ArrayList<>();

  ScanGradient(Scan scan, Adjoint adjoint) {
    this.scan = scan;
    this.adjoint = adjoint;
    this.inputs = adjoint.output(0).node().inputs();
    this.graph = adjoint.output(0).graph();
    this.arguments =
        Placeholder.of(inner, scan.bodyTypes(inputs.stream().map(Value::type).toList()));
    this.outputs = scan.body().inline(inner, arguments);
  }

  void give() {
    List<Integer> carried = new ArrayList<>();
    List<Integer> elements = new ArrayList<>();
    List<Integer> stays = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      if (i < scan.states() && arguments.get(i).dtype().isFloating()) {
        carried.add(i);
      } else if (i >= scan.states() && adjoint.wants(i)) {
        (i < scan.states() + scan.sequences() ? elements : stays).add(i);
      }
    }
    List<Value> before = graph.applyAll(scan.ofStates(), inputs);
    for (int i = 0; i < scan.states() + scan.sequences(); i++) {
      elementArguments.add(arguments.get(i));
      sequences.add(i < scan.states() ? before.get(scan.states() + i) : inputs.get(i));
    }
    List<Value> by = new ArrayList<>();
    List.of(carried, elements, stays).forEach(part -> part.forEach(i -> by.add(arguments.get(i))));
    List<Value> gradients = gradients(carried, by);

    List<Value> next = new ArrayList<>(gradients.subList(0, carried.size()));
    for (int i = 0; i < stays.size(); i++) {
      Value sum = state(Constant.of(graph, inputs.get(stays.get(i)).type(), 0));
      int index = carried.size() + elements.size() + i;
      next.add(add(sum, gradients.get(index)));
    }
    List<Value> results = gradients.subList(carried.size(), carried.size() + elements.size());
    List<Value> found = backward(next, results);

    List<Integer> order = new ArrayList<>(carried);
    order.addAll(stays);
    order.addAll(elements);
    for (int i = 0; i < order.size(); i++) {
      Value gradient = found.get(i);
      adjoint.give(order.get(i), () -> gradient);
    }
  }

  /** The gradients of a place, by what comes back to its outputs. */
  private List<Value> gradients(List<Integer> carried, List<Value> by) {
    List<Value> reached = new ArrayList<>();
    List<Value> gradOutputs = new ArrayList<>();
    for (int i : carried) {
      reached.add(outputs.get(i));
      gradOutputs.add(state(adjoint.gradOutput(i)));
    }
    for (int i = scan.states(); i < outputs.size(); i++) {
      if (outputs.get(i).dtype().isFloating() && adjoint.hasGradOutput(i)) {
        reached.add(outputs.get(i));
        gradOutputs.add(element(outputs.get(i), adjoint.gradOutput(i)));
      }
    }
    return adjoint.pullBack(reached, gradOutputs, by);
  }

  /** A state of the backward scan that begins with a value. */
  private Value state(Value begin) {
    Value argument = Placeholder.of(inner, List.of(begin.type())).get(0);
    first.add(begin);
    stateArguments.add(argument);
    return argument;
  }

  /** What is read of one more sequence, whose elements have the type of another value. */
  private Value element(Value like, Value sequence) {
    Value argument = Placeholder.of(inner, List.of(like.type())).get(0);
    sequences.add(sequence);
    elementArguments.add(argument);
    return argument;
  }

  private List<Value> backward(List<Value> next, List<Value> results) {
    List<Value> stays = arguments.subList(elementsEnd(), arguments.size());
    List<Value> given = joined(joined(stateArguments, elementArguments), stays);
    Subgraph body = Subgraph.of(given, joined(next, results));
    Scan back = new Scan(body, scan.steps(), first.size(), sequences.size(), !scan.reverse());
    List<Value> staying = inputs.subList(elementsEnd(), inputs.size());
    return graph.applyAll(back, joined(joined(first, sequences), staying));
  }

  private int elementsEnd() {
    return scan.states() + scan.sequences();
  }

  private static List<Value> joined(List<Value> a, List<Value> b) {
    List<Value> all = new ArrayList<>(a);
    all.addAll(b);
    return all;
  }
}
