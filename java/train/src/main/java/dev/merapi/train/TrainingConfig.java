package dev.merapi.train;

import dev.merapi.core.backend.Numerics;
import dev.merapi.core.tensor.DType;
import dev.merapi.nn.Freeze;
import dev.merapi.nn.Layer;
import dev.merapi.nn.loss.Loss;
import dev.merapi.train.clip.GradientClip;
import dev.merapi.train.constraint.Constraint;
import dev.merapi.train.data.normalize.Normalizer;
import dev.merapi.train.metric.Accuracy;
import dev.merapi.train.metric.Metric;
import dev.merapi.train.optimizer.Optimizer;
import dev.merapi.train.penalty.Penalty;
import dev.merapi.train.plateau.EarlyStopping;
import dev.merapi.train.plateau.ReduceOnPlateau;
import dev.merapi.train.schedule.Constant;
import dev.merapi.train.schedule.Schedule;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What is trained and how; equal configurations with equal data train to equal bits.
 *
 * <p>It does not change: each option's method of its name with an argument gives a copy in which
 * that option is another.
 */
public final class TrainingConfig {
  /** As a batch: the whole training set. */
  public static final int ALL = Integer.MAX_VALUE;

  private final String name;

  // Set in a fresh copy only, before anyone else sees it.
  private Layer model;
  private Loss loss;
  private Optimizer optimizer;
  private Schedule schedule = new Constant();
  private List<GradientClip> clips = List.of();
  private List<Metric> metrics = List.of(new Accuracy());
  private int batch = 64;
  private boolean dropLast;
  private boolean resident;
  private int epochs = 1;
  private long seed = 42;
  private Precision precision = Precision.F32;
  private boolean deterministic = true;
  private Freeze freeze = Freeze.NOTHING;
  private List<Penalty> penalties = List.of();
  private List<Constraint> constraints = List.of();
  private Map<String, Double> rates = Map.of();
  private int accumulate = 1;
  private Ema ema;
  private Normalizer normalizer;
  private EarlyStopping earlyStopping;
  private ReduceOnPlateau reduceOnPlateau;
  private List<Phase> phases = List.of();

  private TrainingConfig(String name, Layer model, Loss loss, Optimizer optimizer) {
    this.name = name;
    this.model = model;
    this.loss = loss;
    this.optimizer = optimizer;
  }

  /** Batches of 64, one epoch, seed 42, F32, a constant learning rate, and accuracy as metric. */
  public static TrainingConfig of(String name, Layer model, Loss loss, Optimizer optimizer) {
    return new TrainingConfig(name, model, loss, optimizer);
  }

  private TrainingConfig with(Consumer<TrainingConfig> change) {
    TrainingConfig copy = new TrainingConfig(name, model, loss, optimizer);
    copy.schedule = schedule;
    copy.clips = clips;
    copy.metrics = metrics;
    copy.batch = batch;
    copy.dropLast = dropLast;
    copy.resident = resident;
    copy.epochs = epochs;
    copy.seed = seed;
    copy.precision = precision;
    copy.deterministic = deterministic;
    copy.freeze = freeze;
    copy.penalties = penalties;
    copy.constraints = constraints;
    copy.rates = rates;
    copy.accumulate = accumulate;
    copy.ema = ema;
    copy.normalizer = normalizer;
    copy.earlyStopping = earlyStopping;
    copy.reduceOnPlateau = reduceOnPlateau;
    copy.phases = phases;
    change.accept(copy);
    return copy;
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  /** Of the model, which begins every path in errors. */
  public String name() {
    return name;
  }

  /** Maps inputs {@code [N, ...]} to predictions; behind the normalizer, if there is one. */
  public Layer model() {
    return normalizer == null ? model : new NormalizedModel(model);
  }

  /** All the same, the normalizer too, for another model, such as a part of this one. */
  public TrainingConfig model(Layer other) {
    return with(copy -> copy.model = other);
  }

  /** Of predictions against targets; of a training in phases the sum of theirs. */
  public Loss loss() {
    return phases.isEmpty() ? loss : new PhaseLosses(phases);
  }

  /** Makes parameters' new values from their gradients. */
  public Optimizer optimizer() {
    return optimizer;
  }

  /** Scales the optimizer's learning rate over the steps. */
  public Schedule schedule() {
    return schedule;
  }

  public TrainingConfig schedule(Schedule other) {
    return with(copy -> copy.schedule = other);
  }

  /** Applied to the gradients in this order. */
  public List<GradientClip> clips() {
    return clips;
  }

  public TrainingConfig clips(List<GradientClip> other) {
    return with(copy -> copy.clips = List.copyOf(other));
  }

  /** Computed in evaluations, beside the loss. */
  public List<Metric> metrics() {
    return metrics;
  }

  public TrainingConfig metrics(List<Metric> other) {
    return with(copy -> copy.metrics = List.copyOf(other));
  }

  /** Samples per step, or {@link #ALL}. */
  public int batch() {
    return batch;
  }

  /** Samples per step where there are so many in all. */
  public int batchOf(int samples) {
    return batch == ALL ? samples : batch;
  }

  public TrainingConfig batch(int other) {
    require(other > 0, "batch must be at least 1, found " + other);
    return with(copy -> copy.batch = other);
  }

  /** Whether a smaller last batch of an epoch is left out of the training. */
  public boolean dropLast() {
    return dropLast;
  }

  public TrainingConfig dropLast(boolean other) {
    return with(copy -> copy.dropLast = other);
  }

  /** Whether the training data lie on the device whole, so that a step copies nothing. */
  public boolean resident() {
    return resident;
  }

  public TrainingConfig resident(boolean other) {
    return with(copy -> copy.resident = other);
  }

  /** Passes over the training data. */
  public int epochs() {
    return epochs;
  }

  public TrainingConfig epochs(int other) {
    require(other > 0, "epochs must be at least 1, found " + other);
    return with(copy -> copy.epochs = other);
  }

  /** Of initial values, order of samples, and dropout. */
  public long seed() {
    return seed;
  }

  public TrainingConfig seed(long other) {
    return with(copy -> copy.seed = other);
  }

  /** F32, or TF32 where the device knows it, or F64 on the reference backend. */
  public Precision precision() {
    return precision;
  }

  public TrainingConfig precision(Precision other) {
    return with(copy -> copy.precision = other);
  }

  /**
   * Whether two runs on one device must give the same bits; false allows cuda faster algorithms of
   * convolution and changes nothing elsewhere.
   */
  public boolean deterministic() {
    return deterministic;
  }

  public TrainingConfig deterministic(boolean other) {
    return with(copy -> copy.deterministic = other);
  }

  /** What is not trained. */
  public Freeze freeze() {
    return freeze;
  }

  public TrainingConfig freeze(Freeze other) {
    return with(copy -> copy.freeze = other);
  }

  /** Leaves layers out of the training; see {@link Freeze} for the patterns. */
  public TrainingConfig freeze(String... patterns) {
    return freeze(new Freeze(List.of(patterns)));
  }

  /** What is added to the loss for some parameters; reported losses do not contain it. */
  public List<Penalty> penalties() {
    return penalties;
  }

  public TrainingConfig penalties(List<Penalty> other) {
    return with(copy -> copy.penalties = List.copyOf(other));
  }

  /** Applied to parameters after their updates, in this order. */
  public List<Constraint> constraints() {
    return constraints;
  }

  public TrainingConfig constraints(List<Constraint> other) {
    return with(copy -> copy.constraints = List.copyOf(other));
  }

  /** Factors of the learning rate for some layers or parameters, by pattern. */
  public Map<String, Double> rates() {
    return rates;
  }

  /**
   * Lets some layers or parameters learn faster or slower than others.
   *
   * @param other factors, at least 0, by patterns of {@link dev.merapi.nn.PathPattern}; those that
   *     cover one parameter are multiplied. With factor 0 it stays, and still costs its gradient
   */
  public TrainingConfig rates(Map<String, Double> other) {
    other.forEach(
        (pattern, factor) ->
            require(
                factor >= 0 && factor < Double.POSITIVE_INFINITY,
                "rates: '" + pattern + "' must be at least 0, found " + factor));
    return with(copy -> copy.rates = Collections.unmodifiableMap(new LinkedHashMap<>(other)));
  }

  /** How many batches make an optimizer step. */
  public int accumulate() {
    return accumulate;
  }

  /**
   * Lets an optimizer step take the mean of the gradients of several batches, as if they were one:
   * equal to it within rounding, unless layers such as batch normalization look at whole batches.
   * The batches that are left at an epoch's end make one more step. Learning-rate schedules count
   * optimizer steps.
   */
  public TrainingConfig accumulate(int other) {
    require(other > 0, "accumulate must be at least 1, found " + other);
    return with(copy -> copy.accumulate = other);
  }

  /** The average of the weights that evaluations use; null for the weights themselves. */
  public Ema ema() {
    return ema;
  }

  public TrainingConfig ema(Ema other) {
    return with(copy -> copy.ema = other);
  }

  /** Brings inputs to a common scale, fitted to the training data; null for none. */
  public Normalizer normalizer() {
    return normalizer;
  }

  public TrainingConfig normalizer(Normalizer other) {
    return with(copy -> copy.normalizer = other);
  }

  /** When the training ends before its last epoch; null for never. */
  public EarlyStopping earlyStopping() {
    return earlyStopping;
  }

  public TrainingConfig earlyStopping(EarlyStopping other) {
    return with(copy -> copy.earlyStopping = other);
  }

  /** When the learning rate falls because the training gets no better; null for never. */
  public ReduceOnPlateau reduceOnPlateau() {
    return reduceOnPlateau;
  }

  public TrainingConfig reduceOnPlateau(ReduceOnPlateau other) {
    return with(copy -> copy.reduceOnPlateau = other);
  }

  /** The updates that each batch brings, in this order; none for one of all parameters. */
  public List<Phase> phases() {
    return phases;
  }

  /**
   * Trains several sets of parameters in turn, each with a loss of its own, which stand for the
   * training's. Together they are one step: they are counted, and change the learning rate, as one.
   *
   * @param other of different names
   */
  public TrainingConfig phases(List<Phase> other) {
    long names = other.stream().map(Phase::name).distinct().count();
    require(names == other.size(), "phases: expected different names, found " + other);
    return with(copy -> copy.phases = List.copyOf(other));
  }

  /** The training that a phase is by itself. */
  TrainingConfig during(Phase phase) {
    return with(
        copy -> {
          copy.loss = phase.loss();
          copy.optimizer = phase.optimizer() == null ? optimizer : phase.optimizer();
          copy.phases = List.of();
        });
  }

  /** The type of parameters, activations and gradients. */
  public DType dtype() {
    return precision.dtype();
  }

  /** What the device may do to be faster. */
  public Numerics numerics() {
    return new Numerics(precision == Precision.TF32, deterministic);
  }

  /**
   * What a training that goes on must have in common with the one before, as texts: all but the
   * number of epochs, and where data lie.
   */
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("model", name + " " + describe(model));
    settings.put("loss", describe(loss));
    settings.put("optimizer", describe(optimizer));
    settings.put("schedule", describe(schedule));
    settings.put("clips", describe(clips));
    settings.put("metrics", describe(metrics));
    settings.put("batch", batch == ALL ? "all" : Integer.toString(batch));
    settings.put("dropLast", Boolean.toString(dropLast));
    settings.put("seed", Long.toString(seed));
    settings.put("precision", precision.name());
    putUnless(freeze.patterns().isEmpty(), settings, "freeze", freeze.patterns());
    putUnless(penalties.isEmpty(), settings, "penalties", penalties);
    putUnless(constraints.isEmpty(), settings, "constraints", constraints);
    putUnless(rates.isEmpty(), settings, "rates", rates);
    putUnless(accumulate == 1, settings, "accumulate", accumulate);
    putUnless(ema == null, settings, "ema", ema);
    putUnless(normalizer == null, settings, "normalizer", normalizer);
    putUnless(earlyStopping == null, settings, "earlyStopping", earlyStopping);
    putUnless(reduceOnPlateau == null, settings, "reduceOnPlateau", reduceOnPlateau);
    putUnless(phases.isEmpty(), settings, "phases", phases);
    return settings;
  }

  /** Older checkpoints lack what was not there then. */
  private static void putUnless(
      boolean absent, Map<String, String> settings, String key, Object value) {
    if (!absent) {
      settings.put(key, describe(value));
    }
  }

  /** Records say what they are; of other objects the class is known, and the address is not. */
  private static String describe(Object part) {
    return part.toString().replaceAll("@[0-9a-f]+\\b", "");
  }
}
