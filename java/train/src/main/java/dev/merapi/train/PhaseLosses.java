package dev.merapi.train;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.loss.Loss;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is reported of a training in phases: the sum of their losses, and each by itself. */
record PhaseLosses(List<Phase> phases) implements Loss {
  @Override
  public Value build(Value prediction, Value target) {
    return build(Outputs.of(prediction), List.of(target));
  }

  @Override
  public Value build(Outputs outputs, List<Value> targets) {
    return parts(outputs, targets).values().stream().reduce(Ops::add).orElseThrow();
  }

  @Override
  public Map<String, Value> parts(Outputs outputs, List<Value> targets) {
    Map<String, Value> parts = new LinkedHashMap<>();
    phases.forEach(phase -> parts.put(phase.name(), phase.loss().build(outputs, targets)));
    return parts;
  }
}
