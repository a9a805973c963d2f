package dev.merapi.train;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.pass.GraphRewriter;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Set;

/** Lets a program read the averages of parameters instead of the parameters. */
final class ReadAverages extends GraphRewriter {
  private final Set<String> averages;

  /** Of those parameters that have one, given by the averages' paths. */
  ReadAverages(Set<String> averages) {
    this.averages = averages;
  }

  @Override
  protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
    if (node.op() instanceof Variable variable && averages.contains(Ema.path(variable.path()))) {
      TensorType type = variable.type();
      return List.of(Variable.of(target, Ema.path(variable.path()), type));
    }
    return target.applyAll(node.op(), inputs);
  }
}
