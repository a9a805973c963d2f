package dev.merapi.backend.cuda.cudnn;

import dev.merapi.backend.cuda.kernels.KernelTable;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.core.backend.Numerics;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Recurrent;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.recurrent.RecurrentGrad;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.pass.GraphRewriter;
import dev.merapi.core.runtime.KernelException;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives recurrent stacks to cuDNN, with their gradients, where nobody else reads what they save.
 */
public final class UseCudnnRecurrent extends GraphRewriter {
  private final CudaContext context;
  private final int mathType;

  public UseCudnnRecurrent(CudaContext context, Numerics numerics) {
    this.context = context;
    this.mathType = Cudnn.mathType(numerics);
  }

  /** Whether no such op is left after this pass: the same for both halves of a pair. */
  public static boolean replaces(Node node) {
    if (node.op() instanceof RecurrentGrad) {
      Node stack = stack(node);
      return stack != null && replaces(stack) && isGradientOf(node, stack);
    }
    return node.op() instanceof RecurrentStack op
        && KernelTable.isFloat32(node)
        && saved(node, op).stream().noneMatch(node.graph().outputs()::containsValue)
        && readers(node, op).size() <= 1
        && readers(node, op).stream().allMatch(reader -> isGradientOf(reader, node));
  }

  /** What the op keeps for its gradient. */
  private static List<Value> saved(Node stack, RecurrentStack op) {
    return stack.outputs().subList(1 + op.states(), stack.outputs().size());
  }

  private static List<Node> readers(Node stack, RecurrentStack op) {
    List<Value> saved = saved(stack, op);
    return stack.graph().nodes().stream()
        .filter(node -> node.inputs().stream().anyMatch(saved::contains))
        .toList();
  }

  /** The node that the last saved value of a gradient comes from; null when it is no stack. */
  private static Node stack(Node grad) {
    Node node = grad.inputs().get(grad.inputs().size() - 1).node();
    return node.op() instanceof RecurrentStack ? node : null;
  }

  private static boolean isGradientOf(Node node, Node stack) {
    if (!(node.op() instanceof RecurrentGrad grad) || !grad.forward().equals(stack.op())) {
      return false;
    }
    int results = 1 + grad.forward().states();
    List<Value> expected = new ArrayList<>(stack.inputs());
    expected.addAll(saved(stack, grad.forward()));
    return node.inputs().subList(results, node.inputs().size()).equals(expected);
  }

  @Override
  protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
    if (!(node.op() instanceof Recurrent) || !replaces(node)) {
      return target.applyAll(node.op(), inputs);
    }
    return node.op() instanceof RecurrentGrad grad
        ? backward(target, grad, node, inputs)
        : forward(target, (RecurrentStack) node.op(), node, inputs);
  }

  private List<Value> forward(Graph target, RecurrentStack stack, Node node, List<Value> inputs) {
    boolean training = !readers(node, stack).isEmpty();
    long reserve = reserve(node, stack, inputs.get(0).shape(), training);
    List<Value> outputs =
        target.applyAll(new RecurrentByCudnn(stack, Math.toIntExact(reserve)), inputs);
    List<Value> all = new ArrayList<>(outputs.subList(0, 1 + stack.states()));
    // Read by nobody, or by the gradient only, which is replaced too.
    saved(node, stack).forEach(value -> all.add(Constant.of(target, value.type(), 0)));
    return all;
  }

  private long reserve(Node node, RecurrentStack stack, Shape x, boolean training) {
    var geometry = new RecurrentNetwork.Geometry(stack, x, mathType);
    try {
      return geometry.sizes(Cudnn.of(context), training).reserve();
    } catch (RuntimeException e) {
      throw KernelException.at(node, e);
    }
  }

  private List<Value> backward(Graph target, RecurrentGrad grad, Node node, List<Value> inputs) {
    int results = 1 + grad.forward().states();
    Node forward = replacement(stack(node).output(0)).node();
    List<Value> arguments = new ArrayList<>(inputs.subList(0, 2 * results + 1));
    arguments.add(forward.output(0));
    arguments.add(forward.output(results));
    return target.applyAll(new RecurrentGradByCudnn(grad.forward()), arguments);
  }
}
