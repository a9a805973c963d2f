package dev.merapi.core.pass;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.op.elementwise.Binary;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.tensor.Shape;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Folds what scales and shifts the channels of a convolution or of a matrix product into its weight
 * and bias: (conv(x, W) + b - mean) factor + shift = conv(x, W factor) + ((b - mean) factor +
 * shift). Batch normalization with fixed statistics is such a scale and shift.
 *
 * <p>Only by values of variables and constants, and only where nothing else reads the convolution
 * or what lies between; so an activation in between ends it. The program computes the new weights
 * in each run until {@link HoistFixed} takes them out. Source: Jacob et al., CVPR 2018, section
 * 3.2.
 */
public final class FoldScales extends GraphRewriter {
  /** A value that is op(x, weight) + offset, by the target's values; no offset is null. */
  private record Linear(Node product, Value weight, Value offset) {
    int channelAxis() {
      return product.op() instanceof Conv2d ? -3 : -1;
    }

    /** A value per channel in the shape in which it scales the weight. */
    Value alongWeight(Value perChannel) {
      int channels = perChannel.shape().elements();
      if (product.op() instanceof Conv2d) {
        return Reshape.of(perChannel, Shape.of(channels, 1, 1, 1));
      }
      boolean rows = ((MatMul) product.op()).transposeB();
      return Reshape.of(perChannel, rows ? Shape.of(channels, 1) : Shape.of(channels));
    }

    Linear scaled(Value factor) {
      Value scaled = binary(BinaryFunction.MUL, weight, alongWeight(factor));
      return new Linear(
          product, scaled, offset == null ? null : binary(BinaryFunction.MUL, offset, factor));
    }

    Linear shifted(BinaryFunction function, Value by) {
      Value zero = offset == null && function == BinaryFunction.SUB ? negated(by) : by;
      return new Linear(product, weight, offset == null ? zero : binary(function, offset, by));
    }

    Value build() {
      Value x = product.inputs().get(0);
      Value y = x.graph().apply(product.op(), x, weight);
      return offset == null ? y : binary(BinaryFunction.ADD, y, offset);
    }

    private static Value negated(Value value) {
      return Binary.of(BinaryFunction.MUL, value, -1);
    }
  }

  private final Map<Value, Linear> linear = new HashMap<>();
  private final Map<Value, Integer> uses = new HashMap<>();
  private FixedValues fixed;

  @Override
  public Graph run(Graph graph) {
    linear.clear();
    fixed = new FixedValues(graph);
    uses.clear();
    graph.nodes().forEach(node -> node.inputs().forEach(x -> uses.merge(x, 1, Integer::sum)));
    graph.outputs().values().forEach(x -> uses.merge(x, 1, Integer::sum));
    return super.run(graph);
  }

  @Override
  protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
    Linear found = found(target, node, inputs);
    if (found == null) {
      return target.applyAll(node.op(), inputs);
    }
    Value y = found.build();
    if (uses.getOrDefault(node.output(0), 0) == 1) {
      linear.put(y, found);
    }
    return List.of(y);
  }

  /** What the node is as product and offset, or null. */
  private Linear found(Graph target, Node node, List<Value> inputs) {
    if (node.op() instanceof Conv2d || node.op() instanceof MatMul) {
      boolean matrix = inputs.get(1).shape().rank() == 2 || node.op() instanceof Conv2d;
      return matrix && fixed.contains(inputs.get(1))
          ? new Linear(target.applyAll(node.op(), inputs).get(0).node(), inputs.get(1), null)
          : null;
    }
    if (!(node.op() instanceof Binary binary)) {
      return null;
    }
    boolean commutes = binary.function() != BinaryFunction.SUB;
    Linear found = join(binary.function(), inputs.get(0), inputs.get(1), node);
    return found == null && commutes
        ? join(binary.function(), inputs.get(1), inputs.get(0), node)
        : found;
  }

  private Linear join(BinaryFunction function, Value data, Value by, Node node) {
    Linear before = linear.get(data);
    if (before == null || !fixed.contains(by) || !isPerChannel(by, data, before.channelAxis())) {
      return null;
    }
    return switch (function) {
      case MUL -> before.scaled(by);
      case ADD, SUB -> before.shifted(function, by);
      default -> null;
    };
  }

  /** Whether a value varies along the channels only, and along all of them. */
  private static boolean isPerChannel(Value value, Value data, int axis) {
    Shape shape = value.shape();
    int[] ones = new int[-axis];
    Arrays.fill(ones, 1);
    ones[0] = data.shape().dim(axis);
    return shape.equals(Shape.of(ones));
  }

  private static Value binary(BinaryFunction function, Value a, Value b) {
    return Binary.of(function, a, b);
  }
}
