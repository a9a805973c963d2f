package dev.merapi.backend.cpu;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.pass.GraphRewriter;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Computes the gradient of a layer's bias, the sum of gradOutput, together with that of its weight:
 * one primitive reads gradOutput for both.
 */
final class FuseBiasGrad extends GraphRewriter {
  private final Map<Value, Node> weightGrads = new HashMap<>();
  private final Set<Node> fused = new HashSet<>();

  @Override
  public Graph run(Graph graph) {
    weightGrads.clear();
    fused.clear();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Conv2dGradFilter) {
        weightGrads.putIfAbsent(node.inputs().get(1), node);
      }
    }
    for (Node node : graph.nodes()) {
      if (sumsChannels(node)) {
        fused.add(weightGrads.get(node.inputs().get(0)));
      }
    }
    return super.run(graph);
  }

  /** Whether the node is the bias's gradient to a weight's gradient. */
  private boolean sumsChannels(Node node) {
    return node.op() instanceof Reduce reduce
        && reduce.function() == ReduceFunction.SUM
        && reduce.axes().equals(List.of(0, 2, 3))
        && weightGrads.containsKey(node.inputs().get(0));
  }

  @Override
  protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
    if (fused.contains(node)) {
      return List.of(gradients(target, node).get(0));
    } else if (sumsChannels(node)) {
      Value bias = gradients(target, weightGrads.get(node.inputs().get(0))).get(1);
      return List.of(Reshape.of(bias, node.output(0).shape()));
    }
    return target.applyAll(node.op(), inputs);
  }

  /** Both gradients; the same node whoever asks first, as both read what forward ops made. */
  private List<Value> gradients(Graph target, Node weightGrad) {
    List<Value> inputs = weightGrad.inputs().stream().map(this::replacement).toList();
    return target.applyAll(new FilterAndBiasGrad((Conv2dGradFilter) weightGrad.op()), inputs);
  }
}
