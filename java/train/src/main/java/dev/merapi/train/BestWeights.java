package dev.merapi.train;

import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Owned;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** A copy, on the device and in checkpoints, of the weights that evaluations use. */
final class BestWeights implements AutoCloseable {
  private static final Bindings NOTHING = new Bindings();
  private static final String GROUP = "best";

  private final Weights weights;
  private final Program keep;
  private final Program restore;

  /** Reserves the memory; the copy is zeros. */
  BestWeights(Weights weights, CompileOptions options) {
    this.weights = weights;
    StateStore store = weights.store();
    store.declare(
        weights.paths().stream()
            .map(path -> VariableSpec.filled(copy(path), store.type(path), GROUP, 0))
            .toList());
    this.keep = Program.compile(copies(true), store, options);
    try {
      this.restore = Program.compile(copies(false), store, options);
    } catch (RuntimeException | Error e) {
      Owned owned = new Owned();
      owned.add(keep::close);
      owned.closeAfter(e);
      throw e;
    }
  }

  private static String copy(String path) {
    return path + "/best";
  }

  private Graph copies(boolean keeping) {
    Graph graph = new Graph("best", 0);
    for (String path : weights.paths()) {
      TensorType type = weights.store().type(path);
      List<String> paths = List.of(weights.evaluated(path), copy(path));
      String from = paths.get(keeping ? 0 : 1);
      String to = paths.get(keeping ? 1 : 0);
      Assign.of(Variable.of(graph, to, type), Variable.of(graph, from, type));
    }
    return graph;
  }

  /** Copies the weights as they are. */
  void keep() {
    keep.run(NOTHING);
  }

  /** Gives the weights the values that were kept. */
  void restore() {
    restore.run(NOTHING);
  }

  @Override
  public void close() {
    try (Owned owned = new Owned()) {
      owned.add(keep::close);
      owned.add(restore::close);
    }
  }
}
