package dev.merapi.backend.cpu;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Op;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.pass.GraphRewriter;
import dev.merapi.core.pass.RemoveDeadNodes;
import dev.merapi.core.tensor.DType;
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
    Graph live = new RemoveDeadNodes().run(graph); // a product that is left over is no gradient
    for (Node node : live.nodes()) {
      if (node.op() instanceof Conv2dGradFilter) {
        weightGrads.putIfAbsent(node.inputs().get(1), node);
      } else if (isDenseWeightGrad(node)) {
        weightGrads.putIfAbsent(node.inputs().get(0), node);
      }
    }
    for (Node node : live.nodes()) {
      if (sumsChannels(node)) {
        fused.add(weightGrads.get(node.inputs().get(0)));
      }
    }
    return super.run(live);
  }

  /** Whether the node is the bias's gradient to a weight's gradient, whose inputs are known. */
  private boolean sumsChannels(Node node) {
    if (!(node.op() instanceof Reduce reduce) || reduce.function() != ReduceFunction.SUM) {
      return false;
    }
    Value gradOutput = node.inputs().get(0);
    Node weightGrad = weightGrads.get(gradOutput);
    return weightGrad != null
        && reduce.axes().equals(gradOutput.shape().rank() == 4 ? List.of(0, 2, 3) : List.of(0))
        && weightGrad.inputs().stream().allMatch(input -> input.node().id() < node.id());
  }

  private static boolean isDenseWeightGrad(Node node) {
    return node.op().equals(WeightAndBiasGrad.PRODUCT)
        && node.output(0).dtype() == DType.F32
        && node.inputs().stream().allMatch(input -> input.shape().rank() == 2);
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

  /** Both gradients; the same node whoever asks first. */
  private List<Value> gradients(Graph target, Node weightGrad) {
    List<Value> inputs = weightGrad.inputs().stream().map(this::replacement).toList();
    Op fusedOp =
        weightGrad.op() instanceof Conv2dGradFilter filter
            ? new FilterAndBiasGrad(filter)
            : new WeightAndBiasGrad();
    return target.applyAll(fusedOp, inputs);
  }
}
