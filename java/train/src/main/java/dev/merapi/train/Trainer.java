package dev.merapi.train;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.backend.Profile;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.op.state.Control;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.ControlBlock;
import dev.merapi.core.runtime.Owned;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.Snapshot;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Net;
import dev.merapi.train.TrainingPrograms.Runner;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.BatchLoader;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.schedule.Horizon;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Trains and evaluates a model on a device.
 *
 * <p>Training, evaluation and the smaller last batch are programs over one set of variables, each
 * compiled when it is first needed and kept. The caller closes the trainer, then the backend.
 */
public final class Trainer implements AutoCloseable {
  /** How many steps the host lets pass before it looks whether all is finite. */
  private static final int CONTROL_INTERVAL = 50;

  private static final Bindings NOTHING = new Bindings();

  private final TrainingConfig config;
  private final CompileOptions options;
  private final StateStore store;
  private final ControlBlock control;
  private final Horizon horizon;
  private final EpochSteps epochSteps;
  private final TrainingPrograms programs;
  private final Evaluator evaluator;

  /** The training step for full batches; null where only evaluation is asked for. */
  private Runner full;

  /** What is done at the ends of epochs; null where only evaluation is asked for. */
  private EpochRules rules;

  /** The training data, where they lie on the device whole; else null. */
  private ResidentFeed resident;

  private Position position = Position.START;
  private volatile boolean stopping;

  /**
   * Builds and compiles the training step, for full batches and for the smaller last one; the
   * weights get their initial values.
   *
   * @param train the training data, whose size the learning rate's schedule depends on
   * @throws GraphException when model, loss and data do not fit together
   * @throws DataException when there are not enough samples for a step
   */
  public Trainer(Backend backend, TrainingConfig config, Dataset train) {
    this(backend, config, train, CompileOptions.DEFAULT);
  }

  /** As above, with programs compiled in another way, to look at them or to compare. */
  public Trainer(Backend backend, TrainingConfig config, Dataset train, CompileOptions options) {
    this(backend, config, options, epochSteps(config, train));
    try {
      BatchLoader.Options loading = loading(config, train);
      ResidentData data = config.resident() ? new ResidentData(train, loading) : null;
      BatchSource source = data == null ? BatchSource.BOUND : data;
      if (data != null) {
        store.declare(data.variables());
      }
      int size = Math.min(config.batch(), train.size());
      full = programs.training(Batches.of(train, size, source));
      evaluator.requireFit(full, train);
      rules = new EpochRules(config, programs.weights(), this.options);
      if (config.normalizer() != null) {
        NormalizedModel.set(store, config.normalizer().fit(train));
      }
      if (data == null) {
        Batches.of(train, loading).forEach(programs::training);
      } else {
        int last = loading.lastSize(train.size());
        Runner smaller = last == 0 ? null : programs.training(Batches.of(train, last, source));
        resident =
            new ResidentFeed(
                data, store, full.programs(), smaller == null ? null : smaller.programs());
      }
    } catch (RuntimeException | Error e) {
      closeAfter(e);
      throw e;
    }
  }

  private Trainer(
      Backend backend, TrainingConfig config, CompileOptions options, EpochSteps epochSteps) {
    this.config = config;
    this.options = options.numerics(config.numerics());
    this.epochSteps = epochSteps;
    this.horizon = epochSteps == null ? null : epochSteps.horizon(config.epochs());
    this.store = new StateStore(backend);
    this.programs = new TrainingPrograms(config, this.options, store, horizon);
    this.evaluator = new Evaluator(config, programs, store);
    try {
      store.declare(VariableSpec.controlBlock());
      this.control = new ControlBlock(store);
    } catch (RuntimeException | Error e) {
      closeAfter(e);
      throw e;
    }
  }

  /**
   * A trainer that has weights and evaluates them, and has neither the program nor the memory for
   * training.
   *
   * @param data what will be evaluated
   * @throws GraphException when model, loss and data do not fit together
   * @throws DataException when there are no samples
   */
  public static Trainer forEvaluation(Backend backend, TrainingConfig config, Dataset data) {
    Evaluator.requireSamples(data);
    Trainer trainer = new Trainer(backend, config, CompileOptions.DEFAULT, null);
    try {
      trainer.evaluator.program(data);
      return trainer;
    } catch (RuntimeException | Error e) {
      trainer.closeAfter(e);
      throw e;
    }
  }

  private static EpochSteps epochSteps(TrainingConfig config, Dataset train) {
    Evaluator.requireSamples(train);
    BatchLoader.Options loading = loading(config, train);
    loading.requireBatch(train);
    return new EpochSteps(loading.batches(train.size()), config.accumulate());
  }

  private static BatchLoader.Options loading(TrainingConfig config, Dataset train) {
    return BatchLoader.Options.training(train, config.batchOf(train.size()), config.seed())
        .dropLast(config.dropLast());
  }

  private void requireTraining() {
    if (full == null) {
      throw new IllegalStateException("expected a trainer that trains, found one for evaluation");
    }
  }

  /**
   * Trains for the configured epochs.
   *
   * @param train the training data, shuffled anew for each epoch unless they are a sequence
   * @param validation evaluated after each epoch; may be null
   * @throws DivergedException when a loss or gradient is NaN or infinite, which leaves the weights
   *     as they were before it, or a weight is in the end
   */
  public TrainingResult fit(Dataset train, Dataset validation, Callback... callbacks) {
    requireTraining();
    rules.requireMetrics(evaluator.metrics(validation));
    Callback callback = new Callbacks(List.of(callbacks));
    List<EpochResult> results = new ArrayList<>();
    double seconds = 0;
    long steps = steps();
    long samples = 0;
    try (Feed feed = feed(train)) {
      while (position.epoch() <= config.epochs() && !stopping && !rules.stop()) {
        int epoch = position.epoch();
        callback.onEpochStart(epoch, config.epochs(), horizon.stepsPerEpoch());
        long start = System.nanoTime();
        double before = position.batches() == 0 ? 0 : samplesOfEpoch();
        double loss = runEpoch(feed.epoch(epoch, position.batches()), callback);
        double elapsed = (System.nanoTime() - start) * 1e-9;
        double taken = samplesOfEpoch() - before;
        seconds += elapsed;
        samples += taken;
        steps = steps();
        if (!atEpochEnd()) {
          break; // stopped
        }
        position = position.nextEpoch();
        double norm = control.get(Control.GRADIENT_NORM);
        Optional<Evaluation> checked = Optional.ofNullable(validation).map(this::validate);
        double rate = learningRate(steps);
        EpochResult result =
            new EpochResult(epoch, steps, loss, norm, rate, taken / elapsed, checked);
        results.add(result);
        rules.onEpochEnd(result);
        callback.onEpochEnd(result);
      }
    }
    // The last step's loss is that of the weights before it, so nothing has seen the last ones.
    programs.weights().requireFinite(steps() - 1);
    double speed = seconds == 0 ? 0 : samples / seconds;
    boolean complete = position.epoch() > config.epochs() || rules.stop();
    OptionalInt best = OptionalInt.empty();
    if (complete) {
      position = Position.START; // another fit trains as long again
      best = rules.finish();
    }
    return new TrainingResult(List.copyOf(results), steps, speed, complete, best);
  }

  /**
   * Lets {@link #fit} return after the step that it is taking, from any thread. What is left of the
   * training can be gone on with.
   */
  public void stop() {
    stopping = true;
  }

  /** What a training has taken of its data: that from which {@link #fit} goes on. */
  public Position position() {
    return position;
  }

  /** Whether the last batch of the epoch has been taken. */
  public boolean atEpochEnd() {
    requireTraining();
    return position.batches() == epochSteps.batches();
  }

  private double samplesOfEpoch() {
    return control.read().get(Control.SAMPLES);
  }

  private Feed feed(Dataset train) {
    if (resident == null) {
      return new LoaderFeed(
          new BatchLoader(train, loading(config, train)),
          batch -> programs.training(Batches.of(batch)).programs(),
          profile());
    }
    resident.requireSame(train);
    return resident;
  }

  private Evaluation validate(Dataset validation) {
    long start = System.nanoTime();
    Evaluation found = evaluate(validation);
    profile().spent("validation", start);
    return found;
  }

  /** That of the step after which so many have been taken, by the control block's last reading. */
  private double learningRate(long steps) {
    return control.get(Control.LEARNING_RATE_SCALE)
        * config.optimizer().learningRate()
        * config.schedule().factor(horizon).eval(steps - 1);
  }

  /** Gives the mean loss of the epoch so far. */
  private double runEpoch(Iterator<Feed.Run> runs, Callback callback) {
    if (position.batches() == 0) {
      store.clear(Control.LOSS_SUM.path());
      store.clear(Control.SAMPLES.path());
      full.states().forEach(store::clear);
    }
    long step = steps();
    StepMeter meter = new StepMeter(control, this::learningRate);
    while (runs.hasNext() && !stopping) {
      runs.next().run();
      position = position.nextBatch();
      if (!epochSteps.completesStep(position.batches())) {
        continue;
      }
      update();
      step++;
      callback.onStep(step);
      if (step % CONTROL_INTERVAL == 0) {
        requireFinite();
        callback.onProgress(meter.next(position.epoch(), step));
      }
    }
    return requireFinite();
  }

  /** Makes the step of which the micro-steps have been taken. */
  private void update() {
    if (programs.update() != null) {
      programs.update().run(NOTHING);
    }
  }

  /** Takes one optimizer step on a batch, without waiting for it. */
  public void step(Batch batch) {
    requireTraining();
    // Nobody says that these tensors come round again, so nothing is kept of them.
    Feed.Run.of(programs.training(Batches.of(batch)).programs(), batch).run();
    update();
  }

  /**
   * Takes an optimizer step on the next batch of resident training data, without waiting for it:
   * the batches of the first epoch, or of that which was trained last, again and again.
   */
  public void step() {
    if (resident == null) {
      throw new IllegalStateException("expected resident training data, found none");
    }
    resident.next().run();
    update();
  }

  /**
   * Waits for the steps so far.
   *
   * @return the mean loss since the epoch began
   * @throws DivergedException when one of them was not finite
   */
  public double requireFinite() {
    control.read();
    if (control.get(Control.FINITE) == 0) {
      throw new DivergedException((long) control.get(Control.FIRST_BAD_STEP));
    }
    return control.get(Control.LOSS_SUM) / control.get(Control.SAMPLES);
  }

  /** Optimizer steps taken. */
  public long steps() {
    return (long) control.read().get(Control.STEP);
  }

  /**
   * Loss and metrics on some data, with the weights as they are.
   *
   * @throws GraphException when model, loss and data do not fit together
   * @throws DataException when there are no samples
   */
  public Evaluation evaluate(Dataset data) {
    return evaluator.evaluate(data);
  }

  /**
   * Parameters, or their averages if the training makes some, and buffers, in the model's order.
   */
  public Map<String, HostTensor> weights() {
    return programs.weights().read();
  }

  /** A copy of one parameter or buffer. */
  public HostTensor weight(String name) {
    return store.get(name);
  }

  /** Overwrites all parameters and buffers; strict, see {@link #loadWeights(Map, boolean)}. */
  public LoadReport loadWeights(Map<String, HostTensor> values) {
    return loadWeights(values, true);
  }

  /**
   * Overwrites parameters and buffers by name, as another model or training left them.
   *
   * @param strict whether names and shapes must all be those of the model; else what fits is
   *     loaded, so that a model with a new head takes all but the head
   * @throws IllegalArgumentException when they must and are not, or when nothing fits
   */
  public LoadReport loadWeights(Map<String, HostTensor> values, boolean strict) {
    return programs.weights().load(values, strict);
  }

  /**
   * Reserves host memory for copies of all that a training must have to go on: weights, optimizer
   * slots, control block, carried states. The caller closes it before this trainer.
   */
  public Snapshot snapshot() {
    return new TrainingState(store).snapshot();
  }

  /** The names of parameters and buffers. */
  public List<String> weightNames() {
    return programs.weights().paths();
  }

  /** What {@link #snapshot} copies, by name. */
  public Map<String, TensorType> stateTypes() {
    return new TrainingState(store).types();
  }

  /**
   * Goes on from where another trainer stood.
   *
   * @param state all variables of its {@link #snapshot}
   * @throws IllegalArgumentException when names or types are not those of {@link #stateTypes}, or
   *     an epoch has fewer batches
   */
  public void restore(Map<String, HostTensor> state, Position stood) {
    requireTraining();
    TrainingState variables = new TrainingState(store);
    variables.requireTypes(state);
    long step = (long) state.get(Control.STEP.path()).item();
    epochSteps.require(stood, step, (long) state.get(Control.MICRO_STEP.path()).item());
    variables.restore(state);
    position = stood;
  }

  /** The names that {@link EpochResult#metric} knows of a training with such validation data. */
  public Set<String> metrics(Dataset validation) {
    return evaluator.metrics(validation);
  }

  /** What the training notes its time in; off unless the compile options have another. */
  public Profile profile() {
    return options.profile();
  }

  /** The number of trainable numbers. */
  public long parameters() {
    return store.elements(Net.PARAMETERS);
  }

  /** The compiled step for full training batches, to be looked at; of several phases the first. */
  public Program trainingProgram() {
    requireTraining();
    return full.program();
  }

  /** What makes a step of the batches before it, to be looked at; empty where each is a step. */
  public Optional<Program> updateProgram() {
    return Optional.ofNullable(programs.update());
  }

  private void closeAfter(Throwable cause) {
    Owned owned = new Owned();
    owned.add(this::close);
    owned.closeAfter(cause);
  }

  @Override
  public void close() {
    try (Owned owned = new Owned()) {
      owned.add(store::close);
      owned.add(programs::close);
      if (rules != null) {
        owned.add(rules::close);
      }
    }
  }
}
