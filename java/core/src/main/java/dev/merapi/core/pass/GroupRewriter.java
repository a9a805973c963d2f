package dev.merapi.core.pass;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/** A pass that puts one node in the place of each of some groups of nodes. */
abstract class GroupRewriter implements Pass {
  /** Nodes that become one, in the graph's order. */
  record Group(List<Node> members) {
    Node last() {
      return members.get(members.size() - 1);
    }

    /** The values that the members read, each once. */
    Set<Value> reads() {
      Set<Value> reads = new LinkedHashSet<>();
      members.forEach(member -> reads.addAll(member.inputs()));
      return reads;
    }
  }

  /**
   * The groups, which have no node in common; a group of one is left as it is. No path may lead
   * from a group to itself through others.
   */
  abstract List<Group> groups(Graph graph);

  /**
   * Builds the node that stands in a group's place.
   *
   * @param copies what has become of each value that comes before
   * @return what stands for each of the members' outputs that is used outside
   */
  abstract Map<Value, Value> join(Group group, Graph target, Map<Value, Value> copies);

  @Override
  public final Graph run(Graph graph) {
    Graph live = new RemoveDeadNodes().run(graph);
    Graph target = new Graph(graph.name(), graph.seed());
    Map<Value, Value> copies = new HashMap<>();
    for (Group group : ordered(live)) {
      Node node = group.last();
      if (group.members().size() > 1) {
        copies.putAll(target.at(node.path(), () -> join(group, target, copies)));
      } else {
        List<Value> inputs = node.inputs().stream().map(copies::get).toList();
        List<Value> outputs = target.at(node.path(), () -> target.applyAll(node.op(), inputs));
        node.outputs().forEach(value -> copies.put(value, outputs.get(value.index())));
      }
    }
    live.outputs().forEach((name, value) -> target.output(name, copies.get(value)));
    return target;
  }

  /** All nodes, ordered by the last ones of their groups as far as their inputs allow. */
  private List<Group> ordered(Graph graph) {
    Map<Node, Group> groupOf = new HashMap<>();
    groups(graph).forEach(group -> group.members().forEach(node -> groupOf.put(node, group)));
    graph.nodes().forEach(node -> groupOf.computeIfAbsent(node, n -> new Group(List.of(n))));
    Map<Group, Integer> missing = new HashMap<>();
    Map<Group, List<Group>> consumers = new HashMap<>();
    var ready = new PriorityQueue<Group>(Comparator.comparingInt(group -> group.last().id()));
    for (Group group : new HashSet<>(groupOf.values())) {
      Set<Group> producers = new HashSet<>();
      group.reads().forEach(value -> producers.add(groupOf.get(value.node())));
      producers.remove(group);
      producers.forEach(p -> consumers.computeIfAbsent(p, g -> new ArrayList<>()).add(group));
      missing.put(group, producers.size());
      if (producers.isEmpty()) {
        ready.add(group);
      }
    }
    List<Group> ordered = new ArrayList<>();
    while (!ready.isEmpty()) {
      Group group = ready.remove();
      ordered.add(group);
      for (Group consumer : consumers.getOrDefault(group, List.of())) {
        if (missing.merge(consumer, -1, Integer::sum) == 0) {
          ready.add(consumer);
        }
      }
    }
    if (ordered.size() < missing.size()) {
      throw new IllegalStateException(name() + ": groups wait for each other");
    }
    return ordered;
  }
}
