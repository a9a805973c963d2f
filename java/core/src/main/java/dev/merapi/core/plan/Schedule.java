package dev.merapi.core.plan;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.State;
import dev.merapi.core.graph.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The order in which a program's nodes run.
 *
 * <p>Besides inputs before users, every reader of a variable comes before its writer. Where the
 * value to be assigned is computed by a node that may overwrite what it reads, or that does not
 * read the variable, that node writes straight into the variable and the assignment costs nothing;
 * this is given up, for a copy, where it would close a circle.
 */
public final class Schedule {
  private final Graph graph;
  private final List<Step> steps;

  private Schedule(Graph graph, List<Step> steps) {
    this.graph = graph;
    this.steps = List.copyOf(steps);
  }

  public Graph graph() {
    return graph;
  }

  /** The nodes that need a kernel, in order. */
  public List<Step> steps() {
    return steps;
  }

  /** Orders the nodes of a graph in which {@code CopyAssignedState} has run. */
  public static Schedule of(Graph graph) {
    return new Builder(graph).build();
  }

  private static final class Builder {
    private final Graph graph;
    private final List<Set<Integer>> successors = new ArrayList<>();
    private final Map<String, Set<Integer>> readers = new HashMap<>();
    private final Map<Value, String> inPlace = new HashMap<>();
    private final BitSet elided = new BitSet();

    Builder(Graph graph) {
      this.graph = graph;
    }

    Schedule build() {
      for (Node node : graph.nodes()) {
        successors.add(new HashSet<>());
        for (Value input : node.inputs()) {
          successors.get(input.node().id()).add(node.id());
          String path = Storage.variable(input);
          if (path != null && Storage.isStep(node)) {
            readers.computeIfAbsent(path, key -> new HashSet<>()).add(node.id());
          }
        }
      }
      for (Node node : graph.nodes()) {
        if (node.hasEffect()) {
          order(node);
        }
      }
      return new Schedule(graph, sort());
    }

    /** Puts the variable's readers before its writer. */
    private void order(Node assign) {
      String path = ((State) assign.op()).path();
      Set<Integer> before = readers.getOrDefault(path, Set.of());
      Value value = assign.inputs().get(0);
      if (canWriteInPlace(value, path, before)) {
        inPlace.put(value, path);
        elided.set(assign.id());
        int writer = value.node().id();
        before.stream().filter(id -> id != writer).forEach(id -> successors.get(id).add(writer));
      } else {
        before.stream()
            .filter(id -> id != assign.id())
            .forEach(id -> successors.get(id).add(assign.id()));
      }
    }

    private boolean canWriteInPlace(Value value, String path, Set<Integer> before) {
      Node writer = value.node();
      if (!Storage.isStep(writer) || inPlace.containsKey(value)) {
        return false;
      }
      if (before.contains(writer.id()) && !mayOverwrite(writer, value, path)) {
        return false;
      }
      BitSet after = reachable(writer.id());
      return before.stream().noneMatch(id -> id != writer.id() && after.get(id));
    }

    /** Whether the value may be written where the variable lies that its node reads. */
    private static boolean mayOverwrite(Node writer, Value value, String path) {
      return IntStream.range(0, writer.inputs().size())
          .filter(i -> path.equals(Storage.variable(writer.inputs().get(i))))
          .allMatch(
              i ->
                  writer.inputs().get(i).type().equals(value.type())
                      && writer.op().mayAlias(value.index(), i));
    }

    private BitSet reachable(int from) {
      BitSet seen = new BitSet();
      List<Integer> open = new ArrayList<>(List.of(from));
      while (!open.isEmpty()) {
        for (int next : successors.get(open.remove(open.size() - 1))) {
          if (!seen.get(next)) {
            seen.set(next);
            open.add(next);
          }
        }
      }
      return seen;
    }

    /** Kahn's algorithm; among the nodes that are ready, the one built first goes first. */
    private List<Step> sort() {
      int[] waiting = new int[graph.nodes().size()];
      successors.forEach(next -> next.forEach(id -> waiting[id]++));
      PriorityQueue<Integer> ready = new PriorityQueue<>();
      for (int id = 0; id < waiting.length; id++) {
        if (waiting[id] == 0) {
          ready.add(id);
        }
      }
      List<Step> steps = new ArrayList<>();
      int visited = 0;
      while (!ready.isEmpty()) {
        Node node = graph.nodes().get(ready.remove());
        visited++;
        if (Storage.isStep(node) && !elided.get(node.id())) {
          steps.add(new Step(steps.size(), node, variablesWritten(node)));
        }
        for (int next : successors.get(node.id())) {
          if (--waiting[next] == 0) {
            ready.add(next);
          }
        }
      }
      if (visited != waiting.length) {
        throw new IllegalStateException("readers and writers of state wait for each other");
      }
      return steps;
    }

    private Map<Integer, String> variablesWritten(Node node) {
      Map<Integer, String> written = new HashMap<>();
      for (Value output : node.outputs()) {
        if (inPlace.containsKey(output)) {
          written.put(output.index(), inPlace.get(output));
        }
      }
      return Map.copyOf(written);
    }
  }
}
