package dev.merapi.train;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.pass.GraphRewriter;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.nn.Net;
import java.util.List;

/** Makes every batch begin anew: states that a model carries from batch to batch become zeros. */
public final class ZeroStates extends GraphRewriter {
  private final List<String> states;

  private ZeroStates(List<String> states) {
    this.states = states;
  }

  /** For the graph that a net was built into. */
  public static ZeroStates of(Net net) {
    return new ZeroStates(VariableSpec.paths(net.variables(), Net.STATES));
  }

  @Override
  protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
    return node.op() instanceof Variable variable && states.contains(variable.path())
        ? List.of(Constant.of(target, variable.type(), 0))
        : target.applyAll(node.op(), inputs);
  }
}
