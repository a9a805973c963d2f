package dev.merapi.core.pass.epilogue;

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
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * Moves a bias, the sum with another tensor after it, and a ReLU after these into the convolution
 * or matrix product before them, where nothing else reads what lies between. The gradient of ReLU
 * reads its output alone, so that this holds in training, too.
 *
 * <p>A target may know a longer pattern and not a shorter one, such as a bias only together with a
 * ReLU: each is asked for by itself.
 */
public final class FuseEpilogue extends GraphRewriter {
  private static final ScalarExpr RELU =
      ScalarExpr.binary(BinaryFunction.MAX, ScalarExpr.arg(0), ScalarExpr.ZERO);

  private final BiPredicate<Op, List<TensorType>> supported;
  private final Map<Value, Integer> uses = new HashMap<>();
  private final Map<Value, Pattern> patterns = new HashMap<>();

  /**
   * Makes the pass for a target.
   *
   * @param supported whether there is a kernel for a {@link ConvolutionWithBias} or {@link
   *     MatMulWithBias} on inputs of some types
   */
  public FuseEpilogue(BiPredicate<Op, List<TensorType>> supported) {
    this.supported = supported;
  }

  /**
   * A product with a bias and what follows it.
   *
   * @param product the convolution or the matrix product
   * @param inputs of the op that is all of it, in the new graph
   */
  private record Pattern(Op product, Epilogue epilogue, List<Value> inputs) {
    Pattern withResidual(Value residual) {
      List<Value> all = new ArrayList<>(inputs);
      all.add(residual);
      return new Pattern(product, epilogue.withResidual(), all);
    }

    Pattern withRelu() {
      return new Pattern(product, epilogue.withRelu(), inputs);
    }

    Op op() {
      return product instanceof Conv2d convolution
          ? new ConvolutionWithBias(convolution, epilogue)
          : new MatMulWithBias((MatMul) product, epilogue);
    }
  }

  @Override
  public Graph run(Graph graph) {
    uses.clear();
    patterns.clear();
    graph.nodes().forEach(node -> node.inputs().forEach(x -> uses.merge(x, 1, Integer::sum)));
    graph.outputs().values().forEach(x -> uses.merge(x, 1, Integer::sum));
    return super.run(graph);
  }

  @Override
  protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
    Pattern found = null;
    if (node.op().equals(new Binary(BinaryFunction.ADD))) {
      found = addBias(node, inputs, 0);
      found = found != null ? found : addBias(node, inputs, 1);
      found = found != null ? found : addResidual(node, inputs, 0);
      found = found != null ? found : addResidual(node, inputs, 1);
    } else if (isRelu(node)) {
      found = addRelu(node);
    }
    if (found != null) {
      patterns.put(node.output(0), found);
      if (supported.test(found.op(), found.inputs().stream().map(Value::type).toList())) {
        return target.applyAll(found.op(), found.inputs());
      }
    }
    return target.applyAll(node.op(), inputs);
  }

  private boolean isReadOnce(Value old) {
    return uses.get(old) == 1;
  }

  private Pattern addBias(Node node, List<Value> inputs, int product) {
    Value made = inputs.get(product);
    Value bias = inputs.get(1 - product);
    Op op = made.op();
    if (!isReadOnce(node.inputs().get(product))
        || made.dtype() != DType.F32
        || !made.type().equals(node.output(0).type())
        || !(op instanceof Conv2d || op instanceof MatMul)) {
      return null;
    }
    Shape shape = made.shape();
    Shape channels = op instanceof Conv2d ? Shape.of(shape.dim(1), 1, 1) : Shape.of(shape.dim(-1));
    List<Value> factors = made.node().inputs();
    return bias.shape().equals(channels)
        ? new Pattern(op, Epilogue.NONE, List.of(factors.get(0), factors.get(1), bias))
        : null;
  }

  private Pattern addResidual(Node node, List<Value> inputs, int product) {
    Value biased = node.inputs().get(product);
    Pattern pattern = patterns.get(biased);
    Value residual = inputs.get(1 - product);
    boolean fits =
        pattern != null
            && pattern.epilogue().equals(Epilogue.NONE)
            && residual.type().equals(biased.type());
    return fits && isReadOnce(biased) ? pattern.withResidual(residual) : null;
  }

  private static boolean isRelu(Node node) {
    return node.op() instanceof Elementwise elementwise
        && elementwise.arity() == 1
        && elementwise.exprs().equals(List.of(RELU));
  }

  private Pattern addRelu(Node node) {
    Value biased = node.inputs().get(0);
    Pattern pattern = patterns.get(biased);
    boolean fits = pattern != null && !pattern.epilogue().relu() && isReadOnce(biased);
    return fits ? pattern.withRelu() : null;
  }
}
