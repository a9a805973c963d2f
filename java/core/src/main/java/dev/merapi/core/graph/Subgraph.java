package dev.merapi.core.graph;

import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A part of a graph without a place in one: ops and which values each takes, so that equal parts
 * are equal records and an op may hold one as an attribute.
 *
 * <p>The values are numbered: the inputs first, then the outputs of the calls in order.
 *
 * @param arity the number of inputs
 * @param calls in an order in which arguments come first
 * @param results the numbers of the values that are outputs
 */
public record Subgraph(int arity, List<Call> calls, List<Integer> results) {
  /** An op and the numbers of the values that it takes. */
  public record Call(Op op, List<Integer> arguments) {
    /** Those values among all so far. */
    public <T> List<T> arguments(List<T> values) {
      return arguments.stream().map(values::get).toList();
    }
  }

  public Subgraph {
    calls = List.copyOf(calls);
    results = List.copyOf(results);
  }

  /** What computes some values of a graph from others, and from nothing else. */
  public static Subgraph of(List<Value> inputs, List<Value> outputs) {
    return of(inputs, needed(inputs, outputs), outputs);
  }

  /**
   * Some nodes of a graph, in its order.
   *
   * @param inputs all that they read of other nodes
   */
  public static Subgraph of(List<Value> inputs, List<Node> nodes, List<Value> outputs) {
    Map<Value, Integer> numbers = new HashMap<>();
    for (Value input : inputs) {
      numbers.put(input, numbers.size());
    }
    List<Call> calls = new ArrayList<>();
    for (Node node : nodes) {
      calls.add(new Call(node.op(), node.inputs().stream().map(numbers::get).toList()));
      node.outputs().forEach(output -> numbers.put(output, numbers.size()));
    }
    return new Subgraph(inputs.size(), calls, outputs.stream().map(numbers::get).toList());
  }

  /** The nodes between the inputs and the outputs, in the graph's order. */
  private static List<Node> needed(List<Value> inputs, List<Value> outputs) {
    Set<Value> given = Set.copyOf(inputs);
    Map<Integer, Node> needed = new TreeMap<>();
    List<Value> open = new ArrayList<>(outputs);
    while (!open.isEmpty()) {
      Value value = open.remove(open.size() - 1);
      Node node = value.node();
      if (!given.contains(value) && needed.putIfAbsent(node.id(), node) == null) {
        open.addAll(node.inputs());
      }
    }
    return List.copyOf(needed.values());
  }

  /** The same calls with other outputs. */
  public Subgraph withResults(List<Integer> other) {
    return new Subgraph(arity, calls, other);
  }

  /** The types of all values for inputs of these types. */
  public List<TensorType> types(List<TensorType> inputs) {
    GraphException.check(inputs.size() == arity, "takes %d inputs, found %d", arity, inputs.size());
    List<TensorType> types = new ArrayList<>(inputs);
    calls.forEach(call -> types.addAll(call.op().inferTypes(call.arguments(types))));
    return types;
  }

  /** The types of the outputs for inputs of these types. */
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    return results.stream().map(types(inputs)::get).toList();
  }

  /** Builds the calls in a graph, from values of it, and gives the outputs. */
  public List<Value> inline(Graph graph, List<Value> inputs) {
    List<Value> values = new ArrayList<>(inputs);
    for (Call call : calls) {
      values.addAll(graph.applyAll(call.op(), call.arguments(values)));
    }
    return results.stream().map(values::get).toList();
  }
}
