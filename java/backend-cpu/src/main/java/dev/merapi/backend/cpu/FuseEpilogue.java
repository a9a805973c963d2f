package dev.merapi.backend.cpu;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Op;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.op.elementwise.Binary;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.pass.GraphRewriter;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Moves a bias, the sum with another tensor after it, and a ReLU after these into the convolution
 * or matrix product before them, where nothing else reads what lies between. The gradient of ReLU
 * reads its output alone, so that this holds in training, too.
 *
 * <p>Results are those of the separate ops but for minus infinity: see {@link Epilogue}.
 */
final class FuseEpilogue extends GraphRewriter {
  private static final ScalarExpr RELU =
      ScalarExpr.binary(BinaryFunction.MAX, ScalarExpr.arg(0), ScalarExpr.ZERO);

  private final Map<Value, Integer> uses = new HashMap<>();

  @Override
  public Graph run(Graph graph) {
    uses.clear();
    graph.nodes().forEach(node -> node.inputs().forEach(x -> uses.merge(x, 1, Integer::sum)));
    graph.outputs().values().forEach(x -> uses.merge(x, 1, Integer::sum));
    return super.run(graph);
  }

  @Override
  protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
    Value fused = null;
    if (node.op().equals(new Binary(BinaryFunction.ADD))) {
      fused = addBias(target, node, inputs, 0);
      fused = fused != null ? fused : addBias(target, node, inputs, 1);
      fused = fused != null ? fused : addResidual(target, node, inputs, 0);
      fused = fused != null ? fused : addResidual(target, node, inputs, 1);
    } else if (isRelu(node) && uses.get(node.inputs().get(0)) == 1) {
      fused = addRelu(target, inputs.get(0));
    }
    return fused != null ? List.of(fused) : target.applyAll(node.op(), inputs);
  }

  private Value addBias(Graph target, Node node, List<Value> inputs, int product) {
    Value made = inputs.get(product);
    Value bias = inputs.get(1 - product);
    if (uses.get(node.inputs().get(product)) != 1
        || made.dtype() != DType.F32
        || !made.type().equals(node.output(0).type())) {
      return null;
    }
    Op op = made.op();
    Shape shape = made.shape();
    Op fused = null;
    if (op instanceof Conv2d convolution && bias.shape().equals(Shape.of(shape.dim(1), 1, 1))) {
      fused = new ConvolutionWithBias(convolution, Epilogue.NONE);
    } else if (op instanceof MatMul matMul && bias.shape().equals(Shape.of(shape.dim(-1)))) {
      fused = new MatMulWithBias(matMul, Epilogue.NONE);
    }
    return fused == null
        ? null
        : target.apply(fused, made.node().inputs().get(0), made.node().inputs().get(1), bias);
  }

  private static boolean isRelu(Node node) {
    return node.op() instanceof Elementwise elementwise
        && elementwise.arity() == 1
        && elementwise.exprs().equals(List.of(RELU));
  }

  private Value addResidual(Graph target, Node node, List<Value> inputs, int product) {
    Value biased = inputs.get(product);
    Value residual = inputs.get(1 - product);
    boolean fits = residual.type().equals(biased.type()) && Epilogue.NONE.equals(epilogue(biased));
    if (!fits || uses.get(node.inputs().get(product)) != 1) {
      return null;
    }
    List<Value> all = new ArrayList<>(biased.node().inputs());
    all.add(residual);
    return target.applyAll(with(biased.op(), Epilogue.NONE.withResidual()), all).get(0);
  }

  private static Value addRelu(Graph target, Value biased) {
    Epilogue epilogue = epilogue(biased);
    return epilogue == null || epilogue.relu()
        ? null
        : target.applyAll(with(biased.op(), epilogue.withRelu()), biased.node().inputs()).get(0);
  }

  /** What follows a product with a bias; null when the value is none. */
  private static Epilogue epilogue(Value value) {
    if (value.op() instanceof ConvolutionWithBias op) {
      return op.epilogue();
    }
    return value.op() instanceof MatMulWithBias op ? op.epilogue() : null;
  }

  private static Op with(Op op, Epilogue epilogue) {
    return op instanceof ConvolutionWithBias convolution
        ? new ConvolutionWithBias(convolution.convolution(), epilogue)
        : new MatMulWithBias(((MatMulWithBias) op).product(), epilogue);
  }
}
