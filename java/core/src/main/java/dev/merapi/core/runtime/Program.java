package dev.merapi.core.runtime;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.backend.Executable;
import dev.merapi.core.backend.Fusion;
import dev.merapi.core.backend.OutOfDeviceMemoryException;
import dev.merapi.core.backend.PreparedStep;
import dev.merapi.core.backend.Profile;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.graph.Verifier;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.pass.CopyAssignedState;
import dev.merapi.core.pass.Pass;
import dev.merapi.core.pass.PassPipeline;
import dev.merapi.core.plan.Schedule;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A compiled graph over the variables of a store: what is run for each batch.
 *
 * <p>All memory is allocated by {@link #compile}; {@link #run} allocates nothing. Close it before
 * its store.
 */
public final class Program implements AutoCloseable {
  private final StateStore store;
  private final Graph graph;
  private final List<PreparedStep> steps;
  private final Map<String, TensorType> inputs;
  private final ProgramMemory memory;
  private final Profile profile;
  private Executable executable;
  private int boundGeneration;

  private Program(StateStore store, Graph source, Graph graph, CompileOptions options) {
    this.store = store;
    this.graph = graph;
    this.inputs = inputs(source);
    this.profile = options.profile();
    this.steps = store.backend().prepare(Schedule.of(graph), options.numerics());
    BufferAssignment assignment = new BufferAssignment(graph, steps);
    this.memory = new ProgramMemory(store, assignment, inputs);
    try {
      memory.allocate(options.memory());
      bind();
    } catch (OutOfDeviceMemoryException e) {
      OutOfDeviceMemoryException listed = memory.list(e);
      closeAfter(listed);
      throw listed;
    } catch (RuntimeException | Error e) {
      closeAfter(e);
      throw e;
    }
  }

  private void closeAfter(Throwable cause) {
    Owned owned = new Owned();
    owned.add(memory::close);
    owned.closeAfter(cause);
  }

  /**
   * Compiles a graph for a store's device.
   *
   * @param graph the variables that it reads or assigns must have been declared in the store
   * @throws dev.merapi.core.graph.GraphException when the device has neither kernel nor
   *     decomposition for an op, or the graph breaks a rule
   * @throws KernelException when the device cannot make a kernel
   * @throws OutOfDeviceMemoryException when there is too little memory; lists who holds it
   */
  public static Program compile(Graph graph, StateStore store, CompileOptions options) {
    Verifier.verify(graph);
    Backend backend = store.backend();
    boolean fuse =
        switch (options.fuse()) {
          case BACKEND -> backend.fusion() != Fusion.NONE;
          case ON -> true;
          case OFF -> false;
        };
    try {
      List<Pass> passes = backend.passes(options.numerics());
      boolean horizontally = fuse && backend.fusion() == Fusion.HORIZONTAL;
      Graph optimized =
          PassPipeline.standard(backend::supports, passes, fuse, horizontally).run(graph);
      return new Program(store, graph, new CopyAssignedState().run(optimized), options);
    } catch (OutOfDeviceMemoryException e) {
      throw e.list(store.holders(), Map.of());
    }
  }

  private static Map<String, TensorType> inputs(Graph graph) {
    Map<String, TensorType> inputs = new LinkedHashMap<>();
    graph.nodes().stream()
        .filter(node -> node.op() instanceof Input)
        .map(node -> (Input) node.op())
        .forEach(
            input -> {
              TensorType known = inputs.putIfAbsent(input.inputName(), input.type());
              GraphException.check(
                  known == null,
                  "input %s is used as %s and as %s",
                  input.inputName(),
                  known,
                  input.type());
            });
    return inputs;
  }

  /**
   * Runs once, in stream order; waits only when outputs are bound.
   *
   * @param bindings a tensor for each input, and for those outputs that are to be read
   * @throws IllegalArgumentException when a tensor is missing, unknown or of another type
   * @throws KernelException when a kernel fails
   */
  public void run(Bindings bindings) {
    if (!bindings.isSealedBy(this)) {
      check(bindings);
    }
    if (boundGeneration != store.arena().generation()) {
      bindAgain();
    }
    executable.run(bindings);
  }

  private void check(Bindings bindings) {
    for (String name : inputs.keySet()) {
      if (!bindings.inputs().containsKey(name)) {
        throw new IllegalArgumentException("input " + name + " is not bound");
      }
    }
    bindings.inputs().forEach((name, tensor) -> check("input", name, tensor, inputs.get(name)));
    bindings
        .outputs()
        .forEach(
            (name, tensor) -> {
              Value output = graph.outputs().get(name);
              check("output", name, tensor, output == null ? null : output.type());
            });
    bindings.seal(this);
  }

  private static void check(String kind, String name, HostTensor tensor, TensorType expected) {
    if (!tensor.type().equals(expected)) {
      throw new IllegalArgumentException(
          expected == null
              ? "the program has no " + kind + " " + name
              : kind + " " + name + " is " + tensor.type() + ", expected " + expected);
    }
  }

  private void bindAgain() {
    try {
      bind();
    } catch (OutOfDeviceMemoryException e) {
      throw memory.list(e);
    }
  }

  private void bind() {
    if (executable != null) {
      Executable closed = executable;
      executable = null;
      closed.close();
    }
    executable = store.backend().bind(memory.bind(steps, profile));
    boundGeneration = store.arena().generation();
  }

  /** The graph after all passes. */
  public Graph graph() {
    return graph;
  }

  /** The steps with their kernels, in the order in which they run. */
  public List<PreparedStep> steps() {
    return steps;
  }

  /** The types of the inputs, by name. */
  public Map<String, TensorType> inputTypes() {
    return Collections.unmodifiableMap(inputs);
  }

  /** Where the memory goes. */
  public MemoryReport memory() {
    return memory.report();
  }

  @Override
  public void close() {
    try (Owned owned = new Owned()) {
      owned.add(memory::close);
      if (executable != null) {
        owned.add(executable::close);
        executable = null;
      }
    }
  }
}
