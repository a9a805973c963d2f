package dev.merapi.train;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.op.state.Control;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.plateau.EarlyStopping;
import dev.merapi.train.plateau.ReduceOnPlateau;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Early stopping and the reduction of the learning rate at the ends of epochs. What they know is
 * kept in variables, so that it is in checkpoints too.
 */
final class EpochRules implements AutoCloseable {
  private static final String GROUP = "rules";
  private static final TensorType NUMBER = TensorType.scalar(DType.F64);
  private static final String STOPPING = "earlyStopping/";
  private static final String PLATEAU = "reduceOnPlateau/";

  private final EarlyStopping stopping;
  private final ReduceOnPlateau plateau;
  private final StateStore store;
  private final BestWeights best;

  /** Declares the variables of those rules that a training has. */
  EpochRules(TrainingConfig config, Weights weights, CompileOptions options) {
    this.stopping = config.earlyStopping();
    this.plateau = config.reduceOnPlateau();
    this.store = weights.store();
    List<VariableSpec> variables = new ArrayList<>();
    if (stopping != null) {
      numbers(stopping.start())
          .forEach((path, value) -> variables.add(VariableSpec.filled(path, NUMBER, GROUP, value)));
    }
    if (plateau != null) {
      numbers(plateau.start())
          .forEach((path, value) -> variables.add(VariableSpec.filled(path, NUMBER, GROUP, value)));
    }
    store.declare(variables);
    this.best =
        stopping != null && stopping.restoreBest() ? new BestWeights(weights, options) : null;
  }

  private static Map<String, Double> numbers(EarlyStopping.State state) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put(STOPPING + "best", state.best());
    numbers.put(STOPPING + "bestEpoch", (double) state.bestEpoch());
    numbers.put(STOPPING + "waited", (double) state.waited());
    return numbers;
  }

  private static Map<String, Double> numbers(ReduceOnPlateau.State state) {
    Map<String, Double> numbers = new LinkedHashMap<>();
    numbers.put(PLATEAU + "best", state.best());
    numbers.put(PLATEAU + "waited", (double) state.waited());
    numbers.put(PLATEAU + "cooling", (double) state.cooling());
    return numbers;
  }

  private double get(String path) {
    return store.get(path).item();
  }

  private void set(Map<String, Double> numbers) {
    numbers.forEach((path, value) -> store.set(path, HostTensor.filled(NUMBER, value)));
  }

  private EarlyStopping.State stoppingState() {
    return new EarlyStopping.State(
        get(STOPPING + "best"), (int) get(STOPPING + "bestEpoch"), (int) get(STOPPING + "waited"));
  }

  private ReduceOnPlateau.State plateauState() {
    return new ReduceOnPlateau.State(
        get(PLATEAU + "best"),
        (int) get(PLATEAU + "waited"),
        (int) get(PLATEAU + "cooling"),
        get(Control.LEARNING_RATE_SCALE.path()));
  }

  /**
   * Requires that there are the metrics that the rules look at.
   *
   * @param known the names of all metrics
   */
  void requireMetrics(Set<String> known) {
    if (stopping != null) {
      requireMetric("earlyStopping", stopping.metric(), known);
    }
    if (plateau != null) {
      requireMetric("reduceOnPlateau", plateau.metric(), known);
    }
  }

  private static void requireMetric(String rule, String metric, Set<String> known) {
    GraphException.check(
        known.contains(metric),
        "%s: expected a metric of the training, one of %s, found %s",
        rule,
        String.join(", ", known),
        metric);
  }

  /** Whether the training is to end. */
  boolean stop() {
    return stopping != null && stopping.stops(stoppingState());
  }

  /** Looks at an epoch. */
  void onEpochEnd(EpochResult result) {
    if (stopping != null) {
      EarlyStopping.State state =
          stopping.next(stoppingState(), result.epoch(), result.metric(stopping.metric()));
      set(numbers(state));
      if (best != null && state.bestEpoch() == result.epoch()) {
        best.keep();
      }
    }
    if (plateau != null) {
      ReduceOnPlateau.State state = plateau.next(plateauState(), result.metric(plateau.metric()));
      set(numbers(state));
      TensorType scale = Control.LEARNING_RATE_SCALE.type();
      store.set(Control.LEARNING_RATE_SCALE.path(), HostTensor.filled(scale, state.scale()));
    }
  }

  /**
   * Ends a training: its weights become the best ones, and another training may begin.
   *
   * @return the epoch whose weights these are, if it is not the last one for sure
   */
  OptionalInt finish() {
    if (stopping == null) {
      return OptionalInt.empty();
    }
    int epoch = stoppingState().bestEpoch();
    set(numbers(stopping.start()));
    if (best == null || epoch == 0) {
      return OptionalInt.empty();
    }
    best.restore();
    return OptionalInt.of(epoch);
  }

  @Override
  public void close() {
    if (best != null) {
      best.close();
    }
  }
}
