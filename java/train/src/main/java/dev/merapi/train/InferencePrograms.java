package dev.merapi.train;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.pass.FoldScales;
import dev.merapi.core.pass.HoistFixed;
import dev.merapi.core.pass.RemoveDeadNodes;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Owned;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Net;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A trained model on a device, compiled for batches of some sizes. What depends on weights alone,
 * folded batch normalization too, is computed once, before anything else. One thread at a time.
 */
final class InferencePrograms implements AutoCloseable {
  /** The first run of a program may prepare what later ones repeat; on cuda the second records. */
  private static final int WARM_UP_RUNS = 2;

  private final NavigableMap<Integer, Runner> runners = new TreeMap<>();
  private final Owned owned = new Owned();
  private final TensorType prediction;

  /** A program and its tensors on the host. */
  private record Runner(Program program, HostTensor inputs, HostTensor outputs, Bindings bindings) {
    static Runner of(Program program, TensorType predictions) {
      HostTensor inputs = HostTensor.zeros(program.inputTypes().get(Batches.INPUTS));
      HostTensor outputs = HostTensor.zeros(predictions);
      Bindings bindings =
          new Bindings().input(Batches.INPUTS, inputs).output(InferenceGraph.PREDICTIONS, outputs);
      return new Runner(program, inputs, outputs, bindings);
    }

    void run() {
      program.run(bindings);
    }
  }

  /**
   * Compiles and warms up.
   *
   * @param sample the type of one input
   * @param serving the sizes of batches, and whether batch normalization is folded
   * @throws IllegalArgumentException when the weights are not those of the model
   */
  InferencePrograms(
      Backend backend,
      TrainingConfig config,
      TensorType sample,
      Map<String, HostTensor> weights,
      Predictor.Options serving) {
    CompileOptions options = CompileOptions.DEFAULT.numerics(config.numerics());
    HoistFixed hoist = new HoistFixed();
    Map<Integer, Graph> graphs = new LinkedHashMap<>();
    List<VariableSpec> variables = List.of();
    for (int size : serving.sizes()) {
      InferenceGraph built = InferenceGraph.build(config, sample, size);
      Graph graph =
          serving.foldBatchNorm() ? hoist.run(new FoldScales().run(built.graph())) : built.graph();
      graphs.put(size, new RemoveDeadNodes().run(graph));
      variables = built.variables();
    }
    TensorType rows =
        graphs.values().iterator().next().outputs().get(InferenceGraph.PREDICTIONS).type();
    prediction = rows.withShape(rows.shape().slice(1, rows.shape().rank()));
    Map<String, HostTensor> values =
        values(backend, variables, weights, hoist.computation(), options);
    try {
      StateStore store = new StateStore(backend);
      owned.add(store::close);
      store.declare(VariableSpec.controlBlock());
      store.declare(read(graphs.values(), values));
      graphs.forEach((size, graph) -> compile(size, graph, store, options));
    } catch (RuntimeException | Error e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  /** The weights in the model's element type, and what is computed of them. */
  private static Map<String, HostTensor> values(
      Backend backend,
      List<VariableSpec> variables,
      Map<String, HostTensor> weights,
      Graph computation,
      CompileOptions options) {
    try (StateStore store = new StateStore(backend)) {
      store.declare(VariableSpec.controlBlock());
      store.declare(variables);
      Weights loaded = Weights.among(variables, store);
      loaded.load(weights, true);
      Map<String, HostTensor> values = new HashMap<>(loaded.read());
      if (!computation.outputs().isEmpty()) {
        Bindings bindings = new Bindings();
        computation
            .outputs()
            .forEach(
                (path, value) -> {
                  values.put(path, HostTensor.zeros(value.type()));
                  bindings.output(path, values.get(path));
                });
        try (Program program = Program.compile(computation, store, options)) {
          program.run(bindings);
        }
      }
      return values;
    }
  }

  /** The variables that some graphs read. */
  private static List<VariableSpec> read(Iterable<Graph> graphs, Map<String, HostTensor> values) {
    Map<String, VariableSpec> specs = new LinkedHashMap<>();
    for (Graph graph : graphs) {
      for (Node node : graph.nodes()) {
        if (node.op() instanceof Variable variable) {
          String path = variable.path();
          specs.computeIfAbsent(
              path,
              absent ->
                  new VariableSpec(path, variable.type(), Net.PARAMETERS, () -> values.get(path)));
        }
      }
    }
    return List.copyOf(specs.values());
  }

  private void compile(int size, Graph graph, StateStore store, CompileOptions options) {
    Program program = Program.compile(graph, store, options);
    owned.add(program::close);
    TensorType predictions = graph.outputs().get(InferenceGraph.PREDICTIONS).type();
    Runner runner = Runner.of(program, predictions);
    runners.put(size, runner);
    for (int run = 0; run < WARM_UP_RUNS; run++) {
      runner.run();
    }
  }

  /** The type of one sample's prediction. */
  TensorType prediction() {
    return prediction;
  }

  /** Kernels that a batch of a size takes. */
  int kernels(int size) {
    return runners.get(size).program().steps().size();
  }

  /**
   * Predicts.
   *
   * @param samples at most as many as the largest batch
   * @return as many new tensors
   */
  HostTensor[] run(List<HostTensor> samples) {
    Runner runner = runners.ceilingEntry(samples.size()).getValue();
    ByteBuffer inputs = runner.inputs().bytes();
    samples.forEach(sample -> inputs.put(sample.bytes()));
    runner.run(); // rows behind the last sample hold earlier ones, and nobody looks at them
    ByteBuffer outputs = runner.outputs().bytes();
    HostTensor[] results = new HostTensor[samples.size()];
    int bytes = (int) prediction.bytes();
    for (int i = 0; i < results.length; i++) {
      results[i] = HostTensor.zeros(prediction);
      results[i].bytes().put(0, outputs, i * bytes, bytes);
    }
    return results;
  }

  @Override
  public void close() {
    owned.close();
  }
}
