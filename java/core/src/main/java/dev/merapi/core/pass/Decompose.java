package dev.merapi.core.pass;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Replaces the nodes that a target has no kernel for by simpler ones, until it has one for all. */
public final class Decompose implements Pass {
  /** Far more than ops are deep: reached only when an op decomposes into itself. */
  private static final int MAX_ROUNDS = 50;

  private final Predicate<Node> supported;
  private final boolean required;

  /** Replaces the nodes that are not supported. */
  public Decompose(Predicate<Node> supported) {
    this(supported, true);
  }

  private Decompose(Predicate<Node> supported, boolean required) {
    this.supported = supported;
    this.required = required;
  }

  /** Replaces every node that can be, down to primitives. */
  public static Decompose everything() {
    return new Decompose(node -> false, false);
  }

  /**
   * Decomposes, again and again.
   *
   * @throws GraphException when a node is neither supported nor can be decomposed
   */
  @Override
  public Graph run(Graph graph) {
    Graph current = graph;
    for (int i = 0; i < MAX_ROUNDS; i++) {
      Round round = new Round();
      Graph next = round.run(current);
      if (!round.changed) {
        return next;
      }
      current = next;
    }
    throw new GraphException("decomposing does not end; the graph is now\n" + current);
  }

  /** Looks once at every node; what it builds is looked at in the next round. */
  private final class Round extends GraphRewriter {
    private boolean changed;

    @Override
    protected List<Value> rewrite(Graph target, Node node, List<Value> inputs) {
      if (supported.test(node)) {
        return target.applyAll(node.op(), inputs);
      }
      Optional<List<Value>> simpler = node.op().decompose(inputs);
      GraphException.check(
          simpler.isPresent() || !required,
          "the target has no kernel for %s on %s and it cannot be decomposed",
          node.op().name(),
          node.inputTypes());
      changed |= simpler.isPresent();
      return simpler.orElseGet(() -> target.applyAll(node.op(), inputs));
    }

    @Override
    public String name() {
      return Decompose.this.name();
    }
  }
}
