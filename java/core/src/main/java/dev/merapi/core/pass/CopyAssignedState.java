package dev.merapi.core.pass;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.State;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.elementwise.Formula;
import dev.merapi.core.scalar.ScalarExpr;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Copies a variable's old value where it is a program's output, or is assigned to another variable,
 * while the program assigns the variable itself: else the new value would be seen. Runs last,
 * because simplification would take the copies away.
 */
public final class CopyAssignedState implements Pass {
  @Override
  public Graph run(Graph graph) {
    Set<String> assigned =
        graph.nodes().stream()
            .filter(Node::hasEffect)
            .map(node -> ((State) node.op()).path())
            .collect(Collectors.toSet());
    Graph copied =
        new GraphRewriter() {
          @Override
          protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
            return node.hasEffect() && reads(inputs.get(0), assigned)
                ? target.applyAll(node.op(), List.of(copy(inputs.get(0))))
                : target.applyAll(node.op(), inputs);
          }
        }.run(graph);
    return copyOutputs(copied, assigned);
  }

  private static Graph copyOutputs(Graph graph, Set<String> assigned) {
    Graph target = new Graph(graph.name(), graph.seed());
    var values = GraphRewriter.copyNodes(graph, target);
    graph
        .outputs()
        .forEach(
            (name, value) -> {
              Value output = values.get(value);
              target.output(name, reads(output, assigned) ? copy(output) : output);
            });
    return target;
  }

  /** Whether the value is one of these variables, seen directly or through views. */
  private static boolean reads(Value value, Set<String> paths) {
    return Movement.viewed(value).op() instanceof State state && paths.contains(state.path());
  }

  private static Value copy(Value value) {
    return Formula.of(ScalarExpr.arg(0), value);
  }
}
