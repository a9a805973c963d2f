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
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.op.reduction.SumOfSquares;
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
    boolean readsEmpty = node.inputTypes().stream().anyMatch(RemoveEmptyTensors::isEmpty);
    boolean makesOnlyEmpty = node.outputTypes().stream().allMatch(RemoveEmptyTensors::isEmpty);
    if (makesOnlyEmpty && (readsEmpty || !node.hasEffect())) {
      return filled(target, node, 0);
    } else if (!readsEmpty) {
      return emptyOutputsAsConstants(target, target.applyAll(node.op(), inputs));
    } else if (isSum(node.op())) {
      return filled(target, node, 0);
    } else if (node.op() instanceof Pad pad) {
      return filled(target, node, pad.value());
    } else if (node.op() instanceof Concat concat) {
      List<Value> parts = inputs.stream().filter(part -> !isEmpty(part.type())).toList();
      return List.of(Concat.of(concat.axis(), parts));
    } else if (node.op() instanceof SumOfSquares) {
      List<Value> parts = inputs.stream().filter(part -> !isEmpty(part.type())).toList();
      return parts.isEmpty() ? filled(target, node, 0) : List.of(SumOfSquares.of(parts));
    }
    throw new GraphException(
        String.format(
            "%s of an empty tensor is not defined, found %s", node.op().name(), node.inputTypes()));
  }

  /** Whether each output is a sum of terms that all inputs together give: 0 when there are none. */
  private static boolean isSum(Op op) {
    return op instanceof Contraction
        || op instanceof Conv2dGradFilter
        || op instanceof ScatterAdd
        || (op instanceof Reduce reduce && reduce.function() == ReduceFunction.SUM);
  }

  private static boolean isEmpty(TensorType type) {
    return type.shape().isEmpty();
  }

  private static List<Value> filled(Graph target, Node node, double value) {
    return node.outputTypes().stream().map(type -> Constant.of(target, type, value)).toList();
  }

  private static List<Value> emptyOutputsAsConstants(Graph target, List<Value> outputs) {
    List<Value> kept = new ArrayList<>(outputs);
    kept.replaceAll(value -> isEmpty(value.type()) ? Constant.of(target, value.type(), 0) : value);
    return kept;
  }
}
