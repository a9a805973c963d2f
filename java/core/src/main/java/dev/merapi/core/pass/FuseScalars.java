package dev.merapi.core.pass;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Subgraph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.elementwise.FusedScalars;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Joins elementwise nodes on single numbers, whatever their element types and whether or not they
 * depend on each other: each alone would be a launch for next to no work.
 *
 * <p>A node's stage is how often a path to it has left single numbers for tensors. Nodes on numbers
 * of one stage become one node: a path that leaves them comes back at a later stage only.
 */
public final class FuseScalars extends GroupRewriter {
  /** The most inputs and outputs of a group's members: each may become an address in a launch. */
  static final int MAX_VALUES = 256;

  @Override
  List<Group> groups(Graph graph) {
    int[] stages = new int[graph.nodes().size()];
    Map<Integer, List<Node>> byStage = new TreeMap<>();
    for (Node node : graph.nodes()) {
      boolean onNumbers = isOnNumbers(node);
      for (Value input : node.inputs()) {
        int leaves = !onNumbers && isOnNumbers(input.node()) ? 1 : 0;
        stages[node.id()] = Math.max(stages[node.id()], stages[input.node().id()] + leaves);
      }
      if (onNumbers) {
        byStage.computeIfAbsent(stages[node.id()], stage -> new ArrayList<>()).add(node);
      }
    }
    List<Group> groups = new ArrayList<>();
    byStage.values().forEach(nodes -> split(nodes, groups));
    return groups;
  }

  private static boolean isOnNumbers(Node node) {
    return node.op() instanceof Elementwise && node.output(0).shape().equals(Shape.SCALAR);
  }

  /** Cuts a stage into groups that are not too large. */
  private static void split(List<Node> nodes, List<Group> groups) {
    int values = MAX_VALUES;
    for (Node node : nodes) {
      values += node.inputs().size() + node.outputs().size();
      if (values > MAX_VALUES) {
        groups.add(new Group(new ArrayList<>()));
        values = node.inputs().size() + node.outputs().size();
      }
      groups.get(groups.size() - 1).members().add(node);
    }
  }

  @Override
  Map<Value, Value> join(Group group, Graph target, Map<Value, Value> copies) {
    Set<Value> own = new HashSet<>();
    group.members().forEach(member -> own.addAll(member.outputs()));
    List<Value> reads = group.reads().stream().filter(value -> !own.contains(value)).toList();
    Set<Value> used = usedOutside(group);
    List<Value> results =
        group.members().stream()
            .flatMap(member -> member.outputs().stream())
            .filter(used::contains)
            .toList();
    FusedScalars op = new FusedScalars(Subgraph.of(reads, group.members(), results));
    List<Value> outputs = target.applyAll(op, reads.stream().map(copies::get).toList());
    Map<Value, Value> joined = new HashMap<>();
    for (int i = 0; i < results.size(); i++) {
      joined.put(results.get(i), outputs.get(i));
    }
    return joined;
  }

  private static Set<Value> usedOutside(Group group) {
    Graph graph = group.last().graph();
    Set<Node> members = new HashSet<>(group.members());
    Set<Value> used = new HashSet<>(graph.outputs().values());
    graph.nodes().stream()
        .filter(node -> !members.contains(node))
        .forEach(node -> used.addAll(node.inputs()));
    return used;
  }
}
