package dev.merapi.core.pass;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.elementwise.Cast;
import dev.merapi.core.op.elementwise.Fused;
import dev.merapi.core.op.movement.Broadcast;
import dev.merapi.core.op.source.Constant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * A partition of a graph's nodes into regions, each of which becomes one node.
 *
 * <p>A region takes in its producers, beginning with the last node: so what only a backward pass
 * uses is computed there and not stored by the forward pass. The regions stay free of circles: two
 * are joined only when no path leads from one to the other through a third.
 */
final class FusionRegions {
  private final Graph graph;
  private final Region[] regionOf;
  private final Map<Value, Set<Node>> users = new HashMap<>();

  /** The nodes that read a value, directly or as the source of what they read. */
  private final Map<Value, Set<Node>> readers = new HashMap<>();

  private final RegionOrder<Region> order = new RegionOrder<>(Region::producers, Region::consumers);

  FusionRegions(Graph graph) {
    this.graph = graph;
    this.regionOf = new Region[graph.nodes().size()];
    for (Node node : graph.nodes()) {
      Region region = new Region(List.of(node));
      regionOf[node.id()] = region;
      order.append(region);
      node.inputs().forEach(x -> users.computeIfAbsent(x, v -> new HashSet<>()).add(node));
      region.sources().forEach(x -> readers.computeIfAbsent(x, v -> new HashSet<>()).add(node));
    }
  }

  /** Joins what can be joined; gives the regions in an order in which inputs come first. */
  List<Region> grow() {
    for (int id = regionOf.length - 1; id >= 0; id--) {
      Node node = graph.nodes().get(id);
      if (isFusible(node)) {
        node.inputs().stream()
            .map(input -> source(input).node())
            .filter(FusionRegions::isFusible)
            .filter(producer -> producer.outputTypes().equals(node.outputTypes()))
            .sorted(Comparator.comparingInt(Node::id).reversed())
            .forEach(producer -> join(regionOf[producer.id()], regionOf[node.id()]));
      }
    }
    return ordered();
  }

  private static boolean isFusible(Node node) {
    return node.op() instanceof Elementwise
        && !(node.op() instanceof Fused)
        && !(node.op() instanceof Cast)
        && node.output(0).dtype().isFloating()
        && !node.output(0).shape().isEmpty();
  }

  /** What a region reads for a value: that which was broadcast, or converted from integers. */
  static Value source(Value value) {
    Value source = value;
    while (source.op() instanceof Broadcast
        || (source.op() instanceof Cast cast
            && cast.to().isFloating()
            && !source.node().inputs().get(0).dtype().isFloating())) {
      source = source.node().inputs().get(0);
    }
    return source;
  }

  private void join(Region a, Region b) {
    if (a == b) {
      return;
    }
    RegionOrder<Region>.Merge merge = order.merge(a, b);
    if (merge == null) {
      return;
    }
    List<Node> members = new ArrayList<>(a.members);
    members.addAll(b.members);
    members.sort(Comparator.comparingInt(Node::id));
    Region joined = new Region(members);
    members.forEach(member -> regionOf[member.id()] = joined);
    if (FusionLimits.allow(joined)) {
      merge.into(joined);
    } else {
      a.members.forEach(member -> regionOf[member.id()] = a);
      b.members.forEach(member -> regionOf[member.id()] = b);
    }
  }

  /** Orders the regions by their last nodes, as far as their inputs allow. */
  private List<Region> ordered() {
    Map<Region, Integer> missing = new HashMap<>();
    Map<Region, List<Region>> consumers = new HashMap<>();
    var ready = new PriorityQueue<Region>(Comparator.comparingInt(region -> region.last().id()));
    for (Region region : new LinkedHashSet<>(List.of(regionOf))) {
      Set<Region> producers = region.producers();
      missing.put(region, producers.size());
      producers.forEach(p -> consumers.computeIfAbsent(p, r -> new ArrayList<>()).add(region));
      if (producers.isEmpty()) {
        ready.add(region);
      }
    }
    List<Region> ordered = new ArrayList<>();
    while (!ready.isEmpty()) {
      Region region = ready.remove();
      ordered.add(region);
      for (Region consumer : consumers.getOrDefault(region, List.of())) {
        if (missing.merge(consumer, -1, Integer::sum) == 0) {
          ready.add(consumer);
        }
      }
    }
    if (ordered.size() < missing.size()) {
      throw new IllegalStateException("fused regions wait for each other");
    }
    return ordered;
  }

  /** Nodes that run as one. */
  final class Region {
    private final List<Node> members;

    private Region(List<Node> members) {
      this.members = members;
    }

    /** In the graph's order. */
    List<Node> members() {
      return members;
    }

    Node last() {
      return members.get(members.size() - 1);
    }

    /** Whether this is more than one plain node. */
    boolean isFused() {
      return members.size() > 1
          || (isFusible(last())
              && last().inputs().stream().anyMatch(input -> source(input) != input));
    }

    /** The values that come from outside, each once; constants are no reads. */
    List<Value> reads() {
      return sources().stream()
          .filter(value -> regionOf[value.node().id()] != this && Constant.splat(value) == null)
          .toList();
    }

    /** The values that something outside uses. */
    List<Value> outputs() {
      return members.stream().map(member -> member.output(0)).filter(this::isOutput).toList();
    }

    private boolean isOutput(Value value) {
      return graph.outputs().containsValue(value)
          || users.get(value).stream().anyMatch(user -> regionOf[user.id()] != this);
    }

    private Set<Value> sources() {
      Set<Value> sources = new LinkedHashSet<>();
      for (Node member : members) {
        for (Value input : member.inputs()) {
          sources.add(isFusible(member) ? source(input) : input);
        }
      }
      return sources;
    }

    private Set<Region> consumers() {
      Set<Region> consumers = new LinkedHashSet<>();
      for (Node member : members) {
        for (Value output : member.outputs()) {
          readers.getOrDefault(output, Set.of()).forEach(n -> consumers.add(regionOf[n.id()]));
        }
      }
      consumers.remove(this);
      return consumers;
    }

    private Set<Region> producers() {
      Set<Region> producers = new LinkedHashSet<>();
      sources().forEach(value -> producers.add(regionOf[value.node().id()]));
      producers.remove(this);
      return producers;
    }
  }
}
