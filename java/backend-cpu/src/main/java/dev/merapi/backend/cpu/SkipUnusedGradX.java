package dev.merapi.backend.cpu;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.recurrent.RecurrentGrad;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.pass.GraphRewriter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Leaves out the gradient by a recurrent stack's input, such as characters, where nobody reads it.
 */
final class SkipUnusedGradX extends GraphRewriter {
  private final Set<Value> used = new HashSet<>();

  @Override
  public Graph run(Graph graph) {
    used.clear();
    graph.nodes().forEach(node -> used.addAll(node.inputs()));
    used.addAll(graph.outputs().values());
    return super.run(graph);
  }

  @Override
  protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
    if (!(node.op() instanceof RecurrentGrad whole) || used.contains(node.output(0))) {
      return target.applyAll(node.op(), inputs);
    }
    List<Value> outputs = new ArrayList<>();
    outputs.add(Constant.of(target, node.output(0).type(), 0)); // read by nobody
    outputs.addAll(target.applyAll(new RecurrentGradWithoutX(whole), inputs));
    return outputs;
  }
}
