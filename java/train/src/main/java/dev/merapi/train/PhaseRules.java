package dev.merapi.train;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.nn.Net;
import dev.merapi.nn.PathPattern;
import java.util.List;

/**
 * One of the programs that train on a batch.
 *
 * @param whole the training
 * @param phase what this program is of it; null for all
 */
record PhaseRules(TrainingConfig whole, Phase phase) {
  /** One for each phase of a training, in their order, or the training itself. */
  static List<PhaseRules> of(TrainingConfig config) {
    return config.phases().isEmpty()
        ? List.of(new PhaseRules(config, null))
        : config.phases().stream().map(phase -> new PhaseRules(config, phase)).toList();
  }

  /** What is trained, and how. */
  TrainingConfig config() {
    return phase == null ? whole : whole.during(phase);
  }

  /** Whether it ends the step. */
  boolean last() {
    return phase == null || phase.equals(whole.phases().get(whole.phases().size() - 1));
  }

  /**
   * The parameters that it trains.
   *
   * @throws GraphException when a pattern means none, or a parameter belongs to several phases
   */
  List<Value> trained(Net net) {
    if (phase == null) {
      return net.trainable();
    }
    GraphException.check(
        whole.accumulate() == 1,
        "phases make a step of each batch: expected accumulate 1, found %d",
        whole.accumulate());
    List<String> states = VariableSpec.paths(net.variables(), Net.STATES);
    GraphException.check(
        states.isEmpty(), "phases: expected a model that carries no state, found %s", states);
    List<String> paths = VariableSpec.paths(net.variables(), Net.PARAMETERS);
    PathPattern.requireKnown("phase " + phase.name(), phase.parameters(), paths);
    for (String path : paths) {
      List<String> phases =
          whole.phases().stream().filter(p -> p.trains(path)).map(Phase::name).toList();
      GraphException.check(
          phases.size() <= 1, "phases: expected one that trains %s, found %s", path, phases);
    }
    return net.trainable().stream()
        .filter(value -> phase.trains(((Variable) value.op()).path()))
        .toList();
  }
}
