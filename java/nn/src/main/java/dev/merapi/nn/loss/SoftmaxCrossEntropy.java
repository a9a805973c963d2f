package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.div;
import static dev.merapi.core.op.Ops.equal;
import static dev.merapi.core.op.Ops.gather;
import static dev.merapi.core.op.Ops.logSoftmax;
import static dev.merapi.core.op.Ops.mean;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.notEqual;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.softmaxCrossEntropy;
import static dev.merapi.core.op.Ops.sum;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import java.util.ArrayList;
import java.util.List;

/**
 * Softmax cross-entropy, the negative log-likelihood of the labels: the mean over all labels y of
 * -log p_y, where p = softmax(logits).
 *
 * <pre>
 * loss = sum_n ((1 - s) w_y(n) (-log p_n,y(n)) + s / C sum_c w_c (-log p_n,c)) / sum_n w_y(n)
 * </pre>
 *
 * <p>with label smoothing s, C classes and class weights w, over the labels n that are not ignored;
 * 0 when none of them has any weight, where PyTorch gives NaN, which would end the training.
 *
 * <p>Prediction: logits [N, classes], or [T, N, classes] with a label at every place of a sequence;
 * target: labels, I32, of 0 to classes - 1, in the logits' shape without the last axis. Source:
 * PyTorch, CrossEntropyLoss; label smoothing by Szegedy et al., "Rethinking the Inception
 * Architecture for Computer Vision", CVPR 2016.
 *
 * @param classWeights how much each class counts, at least 0; none: all count 1
 * @param labelSmoothing the share of a label that is spread over all classes, from 0 to below 1
 * @param ignoreIndex the label of places that do not count, which may lie outside of the classes;
 *     null for none
 */
public record SoftmaxCrossEntropy(
    @Default("[]") List<Double> classWeights,
    @Default("0") double labelSmoothing,
    @Default("null") Integer ignoreIndex)
    implements Loss {
  public SoftmaxCrossEntropy {
    classWeights = List.copyOf(classWeights);
    if (!classWeights.stream().allMatch(w -> w >= 0 && Double.isFinite(w))) {
      throw new IllegalArgumentException(
          "classWeights must be finite and at least 0, found " + classWeights);
    }
    if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
      throw new IllegalArgumentException(
          "labelSmoothing must be at least 0 and less than 1, found " + labelSmoothing);
    }
  }

  /** All labels count alike. */
  public SoftmaxCrossEntropy() {
    this(List.of(), 0, null);
  }

  public SoftmaxCrossEntropy classWeights(Double... classWeights) {
    return new SoftmaxCrossEntropy(List.of(classWeights), labelSmoothing, ignoreIndex);
  }

  public SoftmaxCrossEntropy labelSmoothing(double labelSmoothing) {
    return new SoftmaxCrossEntropy(classWeights, labelSmoothing, ignoreIndex);
  }

  public SoftmaxCrossEntropy ignoreIndex(int ignoreIndex) {
    return new SoftmaxCrossEntropy(classWeights, labelSmoothing, ignoreIndex);
  }

  @Override
  public boolean scoresClasses() {
    return true;
  }

  @Override
  public Value build(Value prediction, Value target) {
    ClassScores scores = ClassScores.of("softmaxCrossEntropy", prediction, target);
    Value logits = scores.rows();
    Graph graph = logits.graph();
    DType dtype = logits.dtype();
    if (classWeights.isEmpty() && ignoreIndex == null) {
      Value rows = softmaxCrossEntropy(logits, scores.labels());
      return mean(smoothed(rows, logits, Constant.scalar(graph, dtype, 1)));
    }
    Value labels = ignoreIndex == null ? scores.labels() : inRange(scores.labels());
    Value one = Constant.scalar(graph, dtype, 1);
    Value weights = classWeights.isEmpty() ? one : weights(graph, dtype, scores.classes());
    Value own = classWeights.isEmpty() ? one : gather(weights, labels);
    Value rows = smoothed(mul(own, softmaxCrossEntropy(logits, labels)), logits, weights);
    if (ignoreIndex != null) {
      Value zero = Constant.scalar(graph, dtype, 0);
      Value counts = cast(notEqual(scores.labels(), ignored(graph)), dtype);
      rows = select(counts, rows, zero);
      own = mul(counts, own);
    }
    Value total = sum(own);
    return div(sum(rows), select(total, total, one));
  }

  /** The losses of rows with what label smoothing adds. */
  private Value smoothed(Value rows, Value logits, Value weights) {
    if (labelSmoothing == 0) {
      return rows;
    }
    Value uniform = mean(mul(weights, logSoftmax(logits, 1)), 1);
    return add(mul(rows, 1 - labelSmoothing), mul(uniform, -labelSmoothing));
  }

  private Value ignored(Graph graph) {
    return Constant.scalar(graph, DType.I32, ignoreIndex);
  }

  /** Labels with any class in place of the ignored one, since backends may refuse that. */
  private Value inRange(Value labels) {
    Graph graph = labels.graph();
    Value zero = Constant.scalar(graph, DType.I32, 0);
    return select(equal(labels, ignored(graph)), zero, labels);
  }

  /** The class weights [classes], in pieces of equal ones. */
  private Value weights(Graph graph, DType dtype, int classes) {
    GraphException.check(
        classWeights.size() == classes,
        "softmaxCrossEntropy: expected classWeights for %d classes, found %d",
        classes,
        classWeights.size());
    List<Value> pieces = new ArrayList<>();
    for (int start = 0, end = 0; start < classes; start = end) {
      double weight = classWeights.get(start);
      while (end < classes && classWeights.get(end) == weight) {
        end++;
      }
      pieces.add(Constant.of(graph, new TensorType(dtype, Shape.of(end - start)), weight));
    }
    return pieces.size() == 1 ? pieces.get(0) : Concat.of(0, pieces);
  }

  /**
   * The plain one is told as before it had options, so that its checkpoints can be gone on with.
   */
  @Override
  public String toString() {
    return equals(new SoftmaxCrossEntropy())
        ? "SoftmaxCrossEntropy[]"
        : "SoftmaxCrossEntropy[classWeights=%s, labelSmoothing=%s, ignoreIndex=%s]"
            .formatted(classWeights, labelSmoothing, ignoreIndex);
  }
}
