package dev.merapi.core.pass;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.State;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.elementwise.Cast;
import dev.merapi.core.op.elementwise.ForEach;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Joins equal updates of variables: an optimizer's updates of all parameters, or those of running
 * statistics, become one kernel.
 *
 * <p>An update is an elementwise node whose outputs are assigned and not used otherwise, so that no
 * path leads from one to another. Updates are equal when their expressions, element types and
 * shared scalars are. Where one reads the variable that another assigns, the two are not joined:
 * they run side by side, and the read means the old value.
 */
public final class FuseHorizontally extends GroupRewriter {
  /**
   * What updates must have in common.
   *
   * @param inputs for each input the scalar that it must be; empty where each has one of its own
   */
  private record Kind(List<ScalarExpr> exprs, DType dtype, List<Optional<Value>> inputs) {}

  /** Updates that go together, with the variables that they read and assign. */
  private record Open(List<Node> members, Set<String> read, Set<String> assigned) {
    Open() {
      this(new ArrayList<>(), new HashSet<>(), new HashSet<>());
    }

    boolean add(Node node, Set<String> reads, Set<String> assigns) {
      if (reads.stream().anyMatch(assigned::contains)
          || assigns.stream().anyMatch(read::contains)) {
        return false;
      }
      members.add(node);
      read.addAll(reads);
      assigned.addAll(assigns);
      return true;
    }
  }

  @Override
  List<Group> groups(Graph graph) {
    Map<Value, List<Node>> users = new HashMap<>();
    for (Node node : graph.nodes()) {
      node.inputs().forEach(x -> users.computeIfAbsent(x, value -> new ArrayList<>()).add(node));
    }
    Map<Kind, List<Open>> kinds = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (isUpdate(node, users)) {
        add(node, users, kinds.computeIfAbsent(kind(node), kind -> new ArrayList<>()));
      }
    }
    return kinds.values().stream()
        .flatMap(List::stream)
        .map(open -> new Group(open.members()))
        .toList();
  }

  private static boolean isUpdate(Node node, Map<Value, List<Node>> users) {
    return node.op() instanceof Elementwise
        && !(node.op() instanceof Cast)
        && node.output(0).dtype().isFloating()
        && node.inputs().stream().allMatch(x -> isShared(x, node) || isOwn(x, node))
        && node.inputs().stream().anyMatch(x -> isOwn(x, node))
        && node.outputs().stream().noneMatch(node.graph().outputs()::containsValue)
        && node.outputs().stream()
            .allMatch(y -> users.containsKey(y) && users.get(y).stream().allMatch(Node::hasEffect));
  }

  private static boolean isOwn(Value input, Node node) {
    return input.type().equals(node.output(0).type());
  }

  private static boolean isShared(Value input, Node node) {
    TensorType scalar = TensorType.scalar(node.output(0).dtype());
    return input.type().equals(scalar) && !isOwn(input, node);
  }

  private static Kind kind(Node node) {
    return new Kind(
        ((Elementwise) node.op()).exprs(),
        node.output(0).dtype(),
        node.inputs().stream()
            .map(x -> isShared(x, node) ? Optional.of(x) : Optional.<Value>empty())
            .toList());
  }

  private static void add(Node node, Map<Value, List<Node>> users, List<Open> groups) {
    Set<String> reads = new HashSet<>();
    for (Value input : node.inputs()) {
      if (Movement.viewed(input).op() instanceof State state) {
        reads.add(state.path());
      }
    }
    Set<String> assigns = new HashSet<>();
    for (Value output : node.outputs()) {
      users.get(output).forEach(user -> assigns.add(((State) user.op()).path()));
    }
    if (groups.stream().noneMatch(group -> group.add(node, reads, assigns))) {
      groups.add(new Open());
      groups.get(groups.size() - 1).add(node, reads, assigns);
    }
  }

  @Override
  Map<Value, Value> join(Group group, Graph target, Map<Value, Value> copies) {
    Node first = group.members().get(0);
    List<Optional<Value>> inputs = kind(first).inputs();
    int shared = (int) inputs.stream().filter(Optional::isPresent).count();
    List<ScalarExpr> arguments = new ArrayList<>();
    List<Value> reads = new ArrayList<>();
    for (Optional<Value> input : inputs) {
      input.ifPresent(scalar -> reads.add(copies.get(scalar)));
      int owns = arguments.size() - reads.size();
      arguments.add(ScalarExpr.arg(input.isPresent() ? reads.size() - 1 : shared + owns));
    }
    List<Shape> shapes = new ArrayList<>();
    for (Node member : group.members()) {
      shapes.add(member.output(0).shape());
      member.inputs().stream()
          .filter(input -> isOwn(input, member))
          .forEach(input -> reads.add(copies.get(input)));
    }
    ForEach op =
        new ForEach(
            ((Elementwise) first.op())
                .exprs().stream().map(expr -> expr.substitute(arguments)).toList(),
            shared,
            inputs.size() - shared,
            first.output(0).dtype(),
            shapes);
    List<Value> outputs = target.applyAll(op, reads);
    Map<Value, Value> joined = new HashMap<>();
    for (Node member : group.members()) {
      member.outputs().forEach(value -> joined.put(value, outputs.get(joined.size())));
    }
    return joined;
  }
}
