package dev.merapi.train;

import dev.merapi.core.backend.Profile;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.loss.Term;
import dev.merapi.train.TrainingPrograms.Runner;
import dev.merapi.train.data.BatchLoader;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Evaluates weights on data, and says whether a model and data fit together. */
record Evaluator(TrainingConfig config, TrainingPrograms programs, StateStore store) {
  static void requireSamples(Dataset data) {
    if (data.size() == 0) {
      throw new DataException(data.description() + ": expected at least one sample, found none");
    }
  }

  /**
   * Requires that batches continue each other where the model carries its state, and that there is
   * a prediction for every class: else the first step that meets a higher label would fail.
   */
  void requireFit(Runner runner, Dataset data) {
    GraphException.check(
        runner.states().isEmpty() || data.sequential(),
        "the model carries %s from batch to batch: expected data that are a sequence, found %s",
        runner.states(),
        data.description());
    config.loss().terms().forEach(term -> requireFit(term, runner.outputs(), data));
  }

  private void requireFit(Term term, Map<String, Shape> outputs, Dataset data) {
    String output = term.output() == null ? outputs.keySet().iterator().next() : term.output();
    Shape scores = outputs.get(output);
    GraphException.check(
        !term.loss().scoresClasses()
            || scores == null // it is there in training only
            || scores.dim(-1) >= data.classes(term.target()),
        "%s: expected predictions of the %d classes of the data, found %s",
        config.name(),
        data.classes(term.target()),
        scores);
  }

  private int batch(Dataset data) {
    return Math.min(config.batch(), data.size());
  }

  /** The program for full batches of some data, which it fits. */
  Runner program(Dataset data) {
    requireSamples(data);
    Runner runner = programs.evaluation(Batches.of(data, batch(data)));
    requireFit(runner, data);
    return runner;
  }

  /**
   * The names of an epoch's metrics.
   *
   * @param validation may be null
   */
  Set<String> metrics(Dataset validation) {
    Set<String> names = new LinkedHashSet<>(List.of(EpochResult.TRAIN_LOSS));
    if (validation != null) {
      names.add(EpochResult.VALIDATION + "loss");
      program(validation).metrics().keySet().stream()
          .map(EpochResult.VALIDATION::concat)
          .forEach(names::add);
    }
    return names;
  }

  /** As {@link Trainer#evaluate}. */
  Evaluation evaluate(Dataset data) {
    Runner first = program(data);
    first.states().forEach(store::clear);
    store.clear(EvaluationGraph.LOSS_SUM);
    store.clear(EvaluationGraph.SAMPLES);
    first.metrics().keySet().forEach(key -> store.clear(EvaluationGraph.path(key)));
    BatchLoader loader = new BatchLoader(data, BatchLoader.Options.evaluation(data, batch(data)));
    try (Feed feed =
        new LoaderFeed(
            loader, next -> programs.evaluation(Batches.of(next)).programs(), Profile.OFF)) {
      feed.epoch(0, 0).forEachRemaining(Feed.Run::run);
    }
    long samples = (long) store.get(EvaluationGraph.SAMPLES).item();
    Map<String, HostTensor> metrics = new LinkedHashMap<>();
    first
        .metrics()
        .forEach(
            (key, metric) -> {
              HostTensor sum = store.get(EvaluationGraph.path(key));
              metrics.put(key, metric.result(sum, samples));
            });
    double loss = store.get(EvaluationGraph.LOSS_SUM).item() / samples;
    return new Evaluation(loss, samples, metrics);
  }
}
