package dev.merapi.train;

import dev.merapi.core.backend.Profile;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Owned;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.train.schedule.Horizon;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The programs of a training over one store: for training and for evaluation, for full batches and
 * for smaller ones. Each is compiled when it is first asked for, and kept.
 */
final class TrainingPrograms implements AutoCloseable {
  private final TrainingConfig config;
  private final CompileOptions options;
  private final StateStore store;
  private final Horizon horizon;
  private final Map<Batches, Runner> training = new LinkedHashMap<>();
  private final Map<Batches, Runner> evaluation = new LinkedHashMap<>();
  private Program update;
  private Weights weights;

  /**
   * Programs to be run in turn, and what is to be known of them.
   *
   * @param programs one, or in a training one for each phase
   * @param metrics that they sum up, by key
   * @param states that they carry from batch to batch, to be cleared before the first one
   * @param outputs the shapes of the model's outputs by name, the prediction first
   */
  record Runner(
      List<Program> programs,
      Map<String, Figure> metrics,
      List<String> states,
      Map<String, Shape> outputs) {
    Program program() {
      return programs.get(0);
    }
  }

  /**
   * None yet.
   *
   * @param horizon of the training; null where only evaluation is asked for
   */
  TrainingPrograms(
      TrainingConfig config, CompileOptions options, StateStore store, Horizon horizon) {
    this.config = config;
    this.options = options;
    this.store = store;
    this.horizon = horizon;
  }

  /** An optimizer step on such batches, or a micro-step, if a step takes several. */
  Runner training(Batches batches) {
    return training.computeIfAbsent(batches, this::compileTraining);
  }

  /** Loss and metrics of such batches, added to those before. */
  Runner evaluation(Batches batches) {
    return evaluation.computeIfAbsent(batches, this::compileEvaluation);
  }

  /** Makes a step of the micro-steps before; null where each batch is a step. */
  Program update() {
    return update;
  }

  private Runner compileTraining(Batches batches) {
    List<TrainingGraph> graphs = TrainingGraph.build(config, batches, horizon);
    graphs.forEach(phase -> declare(phase.variables()));
    TrainingGraph graph = graphs.get(0);
    if (config.accumulate() > 1 && update == null) {
      TrainingGraph second = graph.update(config, horizon);
      store.declare(second.variables());
      update = Program.compile(second.graph(), store, options);
    }
    return new Runner(
        compile(graphs),
        Map.of(),
        VariableSpec.paths(graph.variables(), Net.STATES),
        shapes(graph.outputs()));
  }

  private List<Program> compile(List<TrainingGraph> graphs) {
    Owned compiled = new Owned();
    try {
      List<Program> programs = new ArrayList<>();
      for (TrainingGraph graph : graphs) {
        programs.add(Program.compile(graph.graph(), store, options));
        compiled.add(programs.get(programs.size() - 1)::close);
      }
      return programs;
    } catch (RuntimeException | Error e) {
      compiled.closeAfter(e);
      throw e;
    }
  }

  private Runner compileEvaluation(Batches batches) {
    EvaluationGraph graph = EvaluationGraph.build(config, batches);
    declare(graph.variables());
    Graph averaged = new ReadAverages(store.paths()).run(graph.graph());
    return new Runner(
        List.of(Program.compile(averaged, store, options.profile(Profile.OFF))),
        graph.metrics(),
        VariableSpec.paths(graph.variables(), Net.STATES),
        shapes(graph.outputs()));
  }

  private static Map<String, Shape> shapes(Outputs outputs) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    outputs.names().forEach(name -> shapes.put(name, outputs.get(name).shape()));
    return shapes;
  }

  private void declare(List<VariableSpec> variables) {
    store.declare(variables);
    weights = Weights.among(variables, store);
  }

  /** The model's parameters and buffers, once there is a program. */
  Weights weights() {
    return weights;
  }

  @Override
  public void close() {
    try (Owned owned = new Owned()) {
      for (Map<Batches, Runner> runners : List.of(training, evaluation)) {
        runners.values().forEach(runner -> runner.programs().forEach(p -> owned.add(p::close)));
      }
      if (update != null) {
        owned.add(update::close);
        update = null;
      }
      training.clear();
      evaluation.clear();
    }
  }
}
