package dev.merapi.explain;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Map;

/**
 * How much each number of an input counts for the score of a class: the gradient dS_c / dI of the
 * score before the softmax by the input, and for images its largest absolute value over the
 * channels, M_ij = max over c of |dS / dI_cij|.
 *
 * <p>Source: Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks: visualising
 * image classification models and saliency maps", ICLR workshop 2014.
 *
 * @param gradients [N, ...], of the inputs' shape; bytes count as numbers from 0 to 1
 * @param scores [N, C], of the model
 * @param classes whose score it is, by sample
 */
public record Saliency(HostTensor gradients, HostTensor scores, List<Integer> classes) {
  private static final String CLASSES = "classes";

  public Saliency {
    classes = List.copyOf(classes);
  }

  /**
   * For the class that the model holds for the likeliest.
   *
   * @param inputs [N, ...]
   * @throws IllegalArgumentException when the inputs are indices, which have no gradient, or the
   *     model gives no scores [N, C]
   */
  public static Saliency of(Probe probe, HostTensor inputs) {
    HostTensor scores = probe.predict(inputs);
    requireScores(scores.type());
    int classes = scores.shape().dim(1);
    Integer[] likeliest = new Integer[scores.shape().dim(0)];
    for (int n = 0; n < likeliest.length; n++) {
      likeliest[n] = 0;
      for (int c = 1; c < classes; c++) {
        if (scores.get(n * classes + c) > scores.get(n * classes + likeliest[n])) {
          likeliest[n] = c;
        }
      }
    }
    return of(probe, inputs, List.of(likeliest));
  }

  /**
   * For some class of each sample.
   *
   * @param inputs [N, ...], at most as many as fit the device in one batch
   * @param classes one for each sample
   * @throws IllegalArgumentException as above, or when a class is none of the model's
   */
  public static Saliency of(Probe probe, HostTensor inputs, List<Integer> classes) {
    int samples = inputs.shape().dim(0);
    TensorType prediction = probe.model().prediction().type();
    requireScores(prediction);
    GraphException.check(
        probe.inputTypes().size() == 1,
        "saliency: expected a model of one input, found %s",
        probe.inputTypes());
    if (inputs.dtype() == DType.I32) {
      throw new IllegalArgumentException(
          "saliency: expected inputs that are numbers, found indices, which have no gradient");
    }
    int count = prediction.shape().dim(1);
    if (classes.size() != samples || classes.stream().anyMatch(c -> c < 0 || c >= count)) {
      throw new IllegalArgumentException(
          "saliency: expected %d classes from 0 to %d, found %s"
              .formatted(samples, count - 1, classes));
    }
    int[] labels = classes.stream().mapToInt(Integer::intValue).toArray();
    Map<String, HostTensor> found =
        probe.run(
            "saliency",
            samples,
            Map.of(BuiltModel.INPUTS, inputs, CLASSES, HostTensor.of(Shape.of(samples), labels)),
            graph -> outputs(graph, samples));
    return new Saliency(found.get("gradients"), found.get("scores"), classes);
  }

  private static Map<String, Value> outputs(BuiltModel model, int samples) {
    Value scores = model.prediction();
    TensorType labels = new TensorType(DType.I32, Shape.of(samples));
    Value wanted = Input.of(model.graph(), CLASSES, labels);
    Value chosen = Ops.oneHot(wanted, scores.shape().dim(1), scores.dtype());
    // a sample's score depends on its own input alone, so that the sum's gradient holds all of them
    Value sum = Ops.sum(Ops.mul(scores, chosen));
    Value gradients = Differentiator.gradients(sum, model.inputs()).get(0);
    return Map.of("gradients", gradients, "scores", scores);
  }

  private static void requireScores(TensorType prediction) {
    GraphException.check(
        prediction.shape().rank() == 2,
        "saliency: expected a model that gives scores [N, classes], found %s",
        prediction);
  }

  /**
   * The map of one image.
   *
   * @return [H * W], row by row
   * @throws IllegalStateException when inputs are no images [N, C, H, W]
   */
  public double[] map(int sample) {
    Shape shape = gradients.shape();
    if (shape.rank() != 4) {
      throw new IllegalStateException("expected images [N, C, H, W], found " + shape);
    }
    int pixels = shape.dim(2) * shape.dim(3);
    double[] map = new double[pixels];
    for (int i = 0; i < shape.dim(1) * pixels; i++) {
      double size = Math.abs(gradients.get(sample * shape.dim(1) * pixels + i));
      map[i % pixels] = Math.max(map[i % pixels], size);
    }
    return map;
  }
}
