package dev.merapi.core.pass;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import java.util.List;

/**
 * Keeps the outputs, the nodes that change variables, and what these need. Every rewriting copies
 * only live nodes, so this one changes nothing else.
 */
public final class RemoveDeadNodes extends GraphRewriter {
  @Override
  protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
    return target.applyAll(node.op(), inputs);
  }
}
