package dev.merapi.backend.cpu;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Op;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.window.MaxPool2d;
import dev.merapi.core.op.window.MaxPool2dGrad;
import dev.merapi.core.pass.GraphRewriter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Lets max pooling keep the places of the largest elements where its gradient is asked for. */
final class KeepMaxPoolIndices extends GraphRewriter {
  private record Pooling(Value x, MaxPool2d op) {}

  private final Set<Pooling> differentiated = new HashSet<>();

  /** Whether no such op is left after this pass. */
  static boolean replaces(Op op) {
    return op instanceof MaxPool2dGrad;
  }

  @Override
  public Graph run(Graph graph) {
    differentiated.clear();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof MaxPool2dGrad grad) {
        differentiated.add(new Pooling(node.inputs().get(0), new MaxPool2d(grad.window())));
      }
    }
    return super.run(graph);
  }

  @Override
  protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
    if (node.op() instanceof MaxPool2d op
        && differentiated.contains(new Pooling(node.inputs().get(0), op))) {
      return List.of(pool(target, op, inputs.get(0)).get(0));
    } else if (node.op() instanceof MaxPool2dGrad grad) {
      // The same node as the forward one where there is one.
      MaxPool2d op = new MaxPool2d(grad.window());
      Value x = inputs.get(0);
      Value indices = pool(target, op, x).get(1);
      MaxPoolGradByIndices byIndices =
          new MaxPoolGradByIndices(op, x.shape().dim(2), x.shape().dim(3));
      return List.of(target.apply(byIndices, inputs.get(2), indices));
    }
    return target.applyAll(node.op(), inputs);
  }

  private static List<Value> pool(Graph target, MaxPool2d op, Value x) {
    return target.applyAll(new MaxPoolWithIndices(op), List.of(x));
  }
}
