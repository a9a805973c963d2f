package dev.merapi.core.pass.epilogue;

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
import dev.merapi.core.tensor.TensorType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * Computes the gradient of a layer's bias, the sum of gradOutput, together with that of its weight:
 * one kernel reads gradOutput for both.
 */
public final class FuseBiasGrad extends GraphRewriter {
  private final BiPredicate<Op, List<TensorType>> supported;
  private final Map<Value, Node> weightGrads = new HashMap<>();
  private final Set<Node> fused = new HashSet<>();

  /**
   * Makes the pass for a target.
   *
   * @param supported whether there is a kernel for a {@link WeightAndBiasGrad} or {@link
   *     FilterAndBiasGrad} on inputs of some types
   */
  public FuseBiasGrad(BiPredicate<Op, List<TensorType>> supported) {
    this.supported = supported;
  }

  @Override
  public Graph run(Graph graph) {
    weightGrads.clear();
    fused.clear();
    Graph live = new RemoveDeadNodes().run(graph); // a product that is left over is no gradient
    for (Node node : live.nodes()) {
      Op both = withBias(node);
      if (both != null && supported.test(both, node.inputTypes())) {
        int gradOutput = both instanceof FilterAndBiasGrad ? 1 : 0;
        weightGrads.putIfAbsent(node.inputs().get(gradOutput), node);
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

  /** The gradient of a weight together with that of a bias; null when the node is none. */
  private static Op withBias(Node node) {
    if (node.op() instanceof Conv2dGradFilter filter) {
      return new FilterAndBiasGrad(filter);
    }
    boolean dense =
        node.op().equals(WeightAndBiasGrad.PRODUCT)
            && node.output(0).dtype() == DType.F32
            && node.inputs().stream().allMatch(input -> input.shape().rank() == 2);
    return dense ? new WeightAndBiasGrad() : null;
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
    return target.applyAll(withBias(weightGrad), inputs);
  }
}
