package dev.merapi.cli.job;

import dev.merapi.cli.yaml.Deferred;
import dev.merapi.nn.Default;
import dev.merapi.nn.Model;
import dev.merapi.nn.loss.Loss;
import dev.merapi.train.Precision;
import dev.merapi.train.clip.GradientClip;
import dev.merapi.train.metric.Metric;
import dev.merapi.train.optimizer.Optimizer;
import dev.merapi.train.schedule.Schedule;
import java.util.List;

/**
 * A job file.
 *
 * @param model a zoo name, a zoo name with options, or a list of layers; mapped when the data are
 *     known, whose shape and classes it takes unless it sets its own
 * @param data what it is trained and tested on
 * @param loss of predictions against targets
 * @param optimizer makes new weights from gradients
 * @param schedule of the learning rate
 * @param clip of the gradients, or null
 * @param metrics of evaluations; those that mean nothing for the model are left out
 * @param epochs passes over the training data
 * @param seed of everything random
 * @param device where it runs, unless the command line says otherwise
 * @param precision f32, tf32 (on cuda, products round their factors to 10 bits of mantissa), or f64
 *     on the reference backend
 * @param deterministic whether two runs on one device must give the same bits; false allows cuda
 *     faster algorithms of convolution and changes nothing on other devices
 * @param init the weights to begin with, or null
 * @param freeze layers and variables that are not trained, such as {@code conv1} or {@code conv*}
 * @param checkpoint when checkpoints are written, and which stay; null for none
 */
public record Job(
    Deferred<Model> model,
    Data data,
    @Default("softmaxCrossEntropy") Loss loss,
    @Default("sgd") Optimizer optimizer,
    @Default("constant") Schedule schedule,
    @Default("null") GradientClip clip,
    @Default("[accuracy, binaryAccuracy]") List<Metric> metrics,
    @Default("10") int epochs,
    @Default("42") long seed,
    @Default("auto") String device,
    @Default("f32") Precision precision,
    @Default("true") boolean deterministic,
    @Default("null") Init init,
    @Default("[]") List<String> freeze,
    @Default("{}") CheckpointOptions checkpoint) {
  public Job {
    if (model == null) {
      throw new IllegalArgumentException("expected a model, found nothing");
    }
    if (epochs < 1) {
      throw new IllegalArgumentException("epochs must be at least 1, found " + epochs);
    }
  }
}
