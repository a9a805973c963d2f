package dev.merapi.cli.job;

import dev.merapi.cli.yaml.Deferred;
import dev.merapi.nn.Default;
import dev.merapi.nn.Model;
import dev.merapi.nn.loss.Loss;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.train.Ema;
import dev.merapi.train.Phase;
import dev.merapi.train.Precision;
import dev.merapi.train.clip.GradientClip;
import dev.merapi.train.constraint.Constraint;
import dev.merapi.train.metric.Metric;
import dev.merapi.train.optimizer.Optimizer;
import dev.merapi.train.penalty.Penalty;
import dev.merapi.train.plateau.EarlyStopping;
import dev.merapi.train.plateau.ReduceOnPlateau;
import dev.merapi.train.schedule.Schedule;
import java.util.List;
import java.util.Map;

/**
 * A job file.
 *
 * @param model a zoo name, a zoo name with options, or a list of layers; mapped when the data are
 *     known, whose shape and classes it takes unless it sets its own
 * @param data what it is trained and tested on
 * @param loss of predictions against targets
 * @param optimizer makes new weights from gradients
 * @param schedule of the learning rate
 * @param clip of the gradients: one, or a list in the order in which they are applied
 * @param metrics of evaluations, of which those that mean nothing for the model are left out; null
 *     for accuracy where the loss is of classes, and for none where it is not
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
 * @param rates factors of the learning rate by patterns of layers and variables, as those of {@code
 *     freeze}: {@code {conv*: 0.1, '*.bias': 2}}; those that cover one parameter are multiplied
 * @param penalty on the size of weights, one or a list; the losses that are told do not contain it
 * @param constraint of weights after each step, one or a list in the order of application
 * @param accumulate how many batches make an optimizer step, by the mean of their gradients; those
 *     that are left at an epoch's end make one more
 * @param ema the average of the weights that evaluations use and that is written, or null
 * @param earlyStopping ends the training when a metric gets no better, or null
 * @param reduceOnPlateau lowers the learning rate when a metric gets no better, or null
 * @param phases updates of several sets of parameters in turn, each with a loss of its own, which
 *     stand for {@code loss}
 */
public record Job(
    Deferred<Model> model,
    Data data,
    @Default("softmaxCrossEntropy") Loss loss,
    @Default("sgd") Optimizer optimizer,
    @Default("constant") Schedule schedule,
    @Default("[]") List<GradientClip> clip,
    @Default("null") List<Metric> metrics,
    @Default("10") int epochs,
    @Default("42") long seed,
    @Default("auto") String device,
    @Default("f32") Precision precision,
    @Default("true") boolean deterministic,
    @Default("null") Init init,
    @Default("[]") List<String> freeze,
    @Default("{}") CheckpointOptions checkpoint,
    @Default("{}") Map<String, Double> rates,
    @Default("[]") List<Penalty> penalty,
    @Default("[]") List<Constraint> constraint,
    @Default("1") int accumulate,
    @Default("null") Ema ema,
    @Default("null") EarlyStopping earlyStopping,
    @Default("null") ReduceOnPlateau reduceOnPlateau,
    @Default("[]") List<Phase> phases) {
  public Job {
    if (model == null) {
      throw new IllegalArgumentException("expected a model, found nothing");
    }
    requirePositive("epochs", epochs);
    requirePositive("accumulate", accumulate);
    if (!phases.isEmpty() && !loss.equals(new SoftmaxCrossEntropy())) {
      throw new IllegalArgumentException(
          "loss must not stand beside phases, which have losses of their own, found " + loss);
    }
  }

  private static void requirePositive(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(key + " must be at least 1, found " + value);
    }
  }
}
