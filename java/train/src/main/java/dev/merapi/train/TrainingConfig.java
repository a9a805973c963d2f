package dev.merapi.train;

import dev.merapi.core.backend.Numerics;
import dev.merapi.core.tensor.DType;
import dev.merapi.nn.Freeze;
import dev.merapi.nn.Layer;
import dev.merapi.nn.loss.Loss;
import dev.merapi.train.clip.GradientClip;
import dev.merapi.train.metric.Accuracy;
import dev.merapi.train.metric.Metric;
import dev.merapi.train.optimizer.Optimizer;
import dev.merapi.train.schedule.Constant;
import dev.merapi.train.schedule.Schedule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is trained and how; equal configurations with equal data train to equal bits.
 *
 * @param name of the model, which begins every path in errors
 * @param model maps inputs {@code [N, ...]} to predictions
 * @param loss of predictions against targets
 * @param optimizer makes parameters' new values from their gradients
 * @param schedule scales the optimizer's learning rate over the steps
 * @param clips applied to the gradients in this order
 * @param metrics computed in evaluations, beside the loss
 * @param batch samples per step
 * @param dropLast whether a smaller last batch of an epoch is left out of the training
 * @param resident whether the training data lie on the device whole, so that a step copies nothing
 * @param epochs passes over the training data
 * @param seed of initial values, order of samples, and dropout
 * @param precision F32, or TF32 where the device knows it, or F64 on the reference backend
 * @param deterministic whether two runs on one device must give the same bits; false allows cuda
 *     faster algorithms of convolution and changes nothing elsewhere
 * @param freeze what is not trained
 */
public record TrainingConfig(
    String name,
    Layer model,
    Loss loss,
    Optimizer optimizer,
    Schedule schedule,
    List<GradientClip> clips,
    List<Metric> metrics,
    int batch,
    boolean dropLast,
    boolean resident,
    int epochs,
    long seed,
    Precision precision,
    boolean deterministic,
    Freeze freeze) {

  public TrainingConfig {
    require(batch > 0, "batch must be at least 1, found " + batch);
    require(epochs > 0, "epochs must be at least 1, found " + epochs);
    clips = List.copyOf(clips);
    metrics = List.copyOf(metrics);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  /** Batches of 64, one epoch, seed 42, F32, a constant learning rate, and accuracy as metric. */
  public static TrainingConfig of(String name, Layer model, Loss loss, Optimizer optimizer) {
    return new TrainingConfig(
        name,
        model,
        loss,
        optimizer,
        new Constant(),
        List.of(),
        List.of(new Accuracy()),
        64,
        false,
        false,
        1,
        42,
        Precision.F32,
        true,
        Freeze.NOTHING);
  }

  public TrainingConfig schedule(Schedule other) {
    return copy(
        other,
        clips,
        metrics,
        batch,
        dropLast,
        resident,
        epochs,
        seed,
        precision,
        deterministic,
        freeze);
  }

  public TrainingConfig clips(List<GradientClip> others) {
    return copy(
        schedule,
        others,
        metrics,
        batch,
        dropLast,
        resident,
        epochs,
        seed,
        precision,
        deterministic,
        freeze);
  }

  public TrainingConfig metrics(List<Metric> others) {
    return copy(
        schedule,
        clips,
        others,
        batch,
        dropLast,
        resident,
        epochs,
        seed,
        precision,
        deterministic,
        freeze);
  }

  public TrainingConfig batch(int other) {
    return copy(
        schedule,
        clips,
        metrics,
        other,
        dropLast,
        resident,
        epochs,
        seed,
        precision,
        deterministic,
        freeze);
  }

  public TrainingConfig dropLast(boolean other) {
    return copy(
        schedule,
        clips,
        metrics,
        batch,
        other,
        resident,
        epochs,
        seed,
        precision,
        deterministic,
        freeze);
  }

  public TrainingConfig resident(boolean other) {
    return copy(
        schedule,
        clips,
        metrics,
        batch,
        dropLast,
        other,
        epochs,
        seed,
        precision,
        deterministic,
        freeze);
  }

  public TrainingConfig epochs(int other) {
    return copy(
        schedule,
        clips,
        metrics,
        batch,
        dropLast,
        resident,
        other,
        seed,
        precision,
        deterministic,
        freeze);
  }

  public TrainingConfig seed(long other) {
    return copy(
        schedule,
        clips,
        metrics,
        batch,
        dropLast,
        resident,
        epochs,
        other,
        precision,
        deterministic,
        freeze);
  }

  public TrainingConfig precision(Precision other) {
    return copy(
        schedule,
        clips,
        metrics,
        batch,
        dropLast,
        resident,
        epochs,
        seed,
        other,
        deterministic,
        freeze);
  }

  public TrainingConfig deterministic(boolean other) {
    return copy(
        schedule, clips, metrics, batch, dropLast, resident, epochs, seed, precision, other,
        freeze);
  }

  public TrainingConfig freeze(Freeze other) {
    return copy(
        schedule,
        clips,
        metrics,
        batch,
        dropLast,
        resident,
        epochs,
        seed,
        precision,
        deterministic,
        other);
  }

  /** Leaves layers out of the training; see {@link Freeze} for the patterns. */
  public TrainingConfig freeze(String... patterns) {
    return freeze(new Freeze(List.of(patterns)));
  }

  /** The type of parameters, activations and gradients. */
  public DType dtype() {
    return precision.dtype();
  }

  /** What the device may do to be faster. */
  public Numerics numerics() {
    return new Numerics(precision == Precision.TF32, deterministic);
  }

  private TrainingConfig copy(
      Schedule newSchedule,
      List<GradientClip> newClips,
      List<Metric> newMetrics,
      int newBatch,
      boolean newDropLast,
      boolean newResident,
      int newEpochs,
      long newSeed,
      Precision newPrecision,
      boolean newDeterministic,
      Freeze newFreeze) {
    return new TrainingConfig(
        name,
        model,
        loss,
        optimizer,
        newSchedule,
        newClips,
        newMetrics,
        newBatch,
        newDropLast,
        newResident,
        newEpochs,
        newSeed,
        newPrecision,
        newDeterministic,
        newFreeze);
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
    settings.put("batch", Integer.toString(batch));
    settings.put("dropLast", Boolean.toString(dropLast));
    settings.put("seed", Long.toString(seed));
    settings.put("precision", precision.name());
    if (!freeze.patterns().isEmpty()) {
      settings.put("freeze", freeze.patterns().toString());
    }
    return settings;
  }

  /** Records say what they are; of other objects the class is known, and the address is not. */
  private static String describe(Object part) {
    return part.toString().replaceAll("@[0-9a-f]+\\b", "");
  }
}
