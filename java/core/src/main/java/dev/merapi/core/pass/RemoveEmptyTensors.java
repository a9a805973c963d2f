package dev.merapi.core.pass;

import dev.merapi.core.graph.Contraction;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Op;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Pad;
import dev.merapi.core.op.movement.ScatterAdd;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * Removes tensors without elements, so that no kernel ever sees one.
 *
 * <p>An empty value becomes a constant, and what is made from empty values is known: sums over
 * nothing are 0, and only padding is left of what is padded. An assignment to an empty variable
 * does nothing and goes.
 */
public final class RemoveEmptyTensors extends GraphRewriter {
  @Override
  protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
    if (node.outputTypes().stream().allMatch(RemoveEmptyTensors::isEmpty)
        && !(node.outputs().isEmpty()
            && node.inputTypes().stream().noneMatch(RemoveEmptyTensors::isEmpty))) {
      return zeros(target, node);
    } else if (node.inputTypes().stream().noneMatch(RemoveEmptyTensors::isEmpty)) {
      return emptyOutputsAsConstants(target, target.applyAll(node.op(), inputs));
    } else if (isSum(node.op())) {
      return zeros(target, node);
    } else if (node.op() instanceof Pad pad) {
      return List.of(Constant.of(target, node.outputTypes().get(0), pad.value()));
    } else if (node.op() instanceof Concat concat) {
      List<Value> full = inputs.stream().filter(value -> !isEmpty(value.type())).toList();
      return List.of(Concat.of(concat.axis(), full));
    }
    throw new GraphException(
        String.format(
            "%s: %s of an empty tensor is not defined, found %s",
            node.path(), node.op().name(), node.inputTypes()));
  }

  private static boolean isSum(Op op) {
    return op instanceof Reduce
        || op instanceof Contraction
        || op instanceof ScatterAdd
        || op instanceof Conv2dGradFilter;
  }

  private static boolean isEmpty(TensorType type) {
    return type.shape().isEmpty();
  }

  private static List<Value> zeros(Graph target, Node node) {
    return node.outputTypes().stream().map(type -> Constant.of(target, type, 0)).toList();
  }

  private static List<Value> emptyOutputsAsConstants(Graph target, List<Value> outputs) {
    List<Value> kept = new ArrayList<>(outputs);
    kept.replaceAll(value -> isEmpty(value.type()) ? Constant.of(target, value.type(), 0) : value);
    return kept;
  }
}
