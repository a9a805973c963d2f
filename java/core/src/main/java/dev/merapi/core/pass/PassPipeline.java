package dev.merapi.core.pass;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Passes one after the other.
 *
 * @param passes in the order in which they run
 * @param verify whether the graph is verified after each pass
 */
public record PassPipeline(List<Pass> passes, boolean verify) implements Pass {
  /** The system property that makes {@link #standard} verify the graph after each pass. */
  public static final String VERIFY_PROPERTY = "merapi.passes.verify";

  /** More than rules enable each other in practice; a bound in case two undo each other. */
  private static final int CLEANING_ROUNDS = 20;

  public PassPipeline {
    passes = List.copyOf(passes);
  }

  /**
   * What every backend compiles by.
   *
   * @param supported whether the target has a kernel for a node
   * @param backendPasses the target's own patterns, such as a convolution with bias and activation
   * @param fuse whether elementwise nodes are joined into regions
   * @param fuseHorizontally whether those that do not depend on each other are joined, too
   */
  public static PassPipeline standard(
      Predicate<Node> supported, List<Pass> backendPasses, boolean fuse, boolean fuseHorizontally) {
    boolean verify = Boolean.getBoolean(VERIFY_PROPERTY);
    PassPipeline cleaning =
        new PassPipeline(
            List.of(new SimplifyAlgebra(), new FoldConstants(), new RemoveDeadNodes()), verify);
    Pass clean = new RepeatUntilStable(cleaning, CLEANING_ROUNDS);
    List<Pass> passes = new ArrayList<>();
    passes.add(clean);
    passes.add(new RemoveEmptyTensors());
    passes.add(new Decompose(supported));
    passes.add(clean);
    passes.addAll(backendPasses);
    if (fuse) {
      passes.add(new FuseElementwise());
    }
    if (fuseHorizontally) {
      passes.add(new FuseScalars());
      passes.add(new FuseHorizontally());
    }
    passes.add(new RemoveDeadNodes());
    return new PassPipeline(passes, verify);
  }

  /**
   * Runs all passes.
   *
   * @throws GraphException when verifying finds a broken rule, naming the pass
   */
  @Override
  public Graph run(Graph graph) {
    Graph current = graph;
    for (Pass pass : passes) {
      current = pass.run(current);
      if (verify) {
        verify(current, pass);
      }
    }
    return current;
  }

  private static void verify(Graph graph, Pass pass) {
    try {
      Verifier.verify(graph);
    } catch (GraphException e) {
      throw new GraphException("after pass " + pass.name() + ": " + e.getMessage());
    }
  }
}
