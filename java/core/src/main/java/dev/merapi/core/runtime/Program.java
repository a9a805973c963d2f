package dev.merapi.core.runtime;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.backend.Executable;
import dev.merapi.core.backend.PreparedStep;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.graph.Verifier;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.pass.CopyAssignedState;
import dev.merapi.core.pass.PassPipeline;
import dev.merapi.core.plan.Schedule;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A compiled graph over the variables of a store: what is run for each batch.
 *
 * <p>All memory is allocated by {@link #compile}; {@link #run} allocates nothing. Close it before its
 * store.
 */
public final class Program implements AutoCloseable {
  private final StateStore store;
  private final Graph graph;
  private final List<PreparedStep> steps;
  private final Map<String, TensorType> inputs;
  private final ProgramMemory memory;
  private Executable executable;
  private int boundGeneration = -1;

  private Program(StateStore store, Graph source, Graph graph, CompileOptions options) {
    this.store = store;
    this.graph = graph;
    this.inputs = inputs(source);
    this.steps = store.backend().prepare(Schedule.of(graph));
    BufferAssignment assignment = new BufferAssignment(graph, steps);
    this.memory = new ProgramMemory(store, assignment, inputs, options.memory());
  }

  /**
   * Compiles a graph for a store's device.
   *
   * @param graph the variables that it reads or assigns must have been declared in the store
   * @throws dev.merapi.core.graph.GraphException when the device has neither kernel nor
   *     decomposition for an op, or the graph breaks a rule
   */
  public static Program compile(Graph graph, StateStore store, CompileOptions options) {
    Verifier.verify(graph);
    Backend backend = store.backend();
    boolean fuse =
        switch (options.fuse()) {
          case BACKEND -> backend.fusesElementwise();
          case ON -> true;
          case OFF -> false;
        };
    Graph optimized =
        PassPipeline.standard(
                node -> backend.supports(node) && canStay(node, options), backend.passes(), fuse)
            .run(graph);
    return new Program(store, graph, new CopyAssignedState().run(optimized), options);
  }

  private static boolean canStay(dev.merapi.core.graph.Node node, CompileOptions options) {
    return !options.decomposeAll() || !PassPipeline.isDecomposable(node);
  }

  private static Map<String, TensorType> inputs(Graph graph) {
    Map<String, TensorType> inputs = new LinkedHashMap<>();
    graph.nodes().stream()
        .filter(node -> node.op() instanceof Input)
        .map(node -> (Input) node.op())
        .forEach(input -> inputs.put(input.name(), input.type()));
    return inputs;
  }

  /** Runs once. */
  public void run(Bindings bindings) {
    check("input", bindings.inputs(), inputs, true);
    check("output", bindings.outputs(), outputTypes(), false);
    if (boundGeneration != store.arena().generation()) {
      bind();
    }
    executable.run(bindings);
  }
}
