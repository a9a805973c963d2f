package dev.merapi.conformance;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.HostTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A program with a store of its own, for tests. */
final class Compiled implements AutoCloseable {
  private final Graph graph;
  private final StateStore store;
  private final Program program;

  Compiled(Graph graph, Backend backend, CompileOptions options) {
    this(graph, backend, options, List.of());
  }

  Compiled(Graph graph, Backend backend, CompileOptions options, List<VariableSpec> variables) {
    this.graph = graph;
    this.store = new StateStore(backend);
    store.declare(variables);
    this.program = Program.compile(graph, store, options);
  }

  Program program() {
    return program;
  }

  StateStore store() {
    return store;
  }

  /** Runs once and gives all outputs. */
  Map<String, HostTensor> run(Map<String, HostTensor> inputs) {
    Bindings bindings = bindings(inputs);
    program.run(bindings);
    return new LinkedHashMap<>(bindings.outputs());
  }

  /** Inputs, and a fresh tensor for each output. */
  Bindings bindings(Map<String, HostTensor> inputs) {
    Bindings bindings = new Bindings();
    inputs.forEach(bindings::input);
    graph
        .outputs()
        .forEach((name, value) -> bindings.output(name, HostTensor.filled(value.type(), 123)));
    return bindings;
  }

  /** The names of the kernels, in the order in which they run. */
  List<String> kernels() {
    return program.steps().stream().map(step -> step.kernelName()).toList();
  }

  @Override
  public void close() {
    program.close();
    store.close();
  }

  /** Compiles, runs once and closes. */
  static Map<String, HostTensor> once(
      Graph graph, Backend backend, CompileOptions options, Map<String, HostTensor> inputs) {
    try (Compiled compiled = new Compiled(graph, backend, options)) {
      return compiled.run(inputs);
    }
  }
}
