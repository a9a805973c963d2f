package dev.merapi.nn.loss;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Outputs;
import java.util.List;

/**
 * Triplet loss on given triplets: loss = mean over the triplets of max(0, ||a - p|| - ||a - n|| +
 * margin) for the embeddings of an anchor a, a positive p like it and a negative n unlike it.
 *
 * <p>Distances are Euclidean, with 1e-6 added to each difference, so that equal embeddings have a
 * gradient. Prediction: a, p and n as three outputs [N, D], or as one [N, 3, D]; targets are not
 * read. {@link TripletSemiHard} finds its triplets by labels. Source: Weinberger and Saul,
 * "Distance Metric Learning for Large Margin Nearest Neighbor Classification", JMLR 10, 2009;
 * PyTorch, TripletMarginLoss.
 *
 * @param margin by how much a negative must be farther than a positive, above 0
 */
public record TripletMargin(@Default("1") double margin) implements Loss {
  private static final double EPSILON = 1e-6;

  public TripletMargin {
    if (!(margin > 0 && Double.isFinite(margin))) {
      throw new IllegalArgumentException("margin must be finite and above 0, found " + margin);
    }
  }

  /** With margin 1. */
  public TripletMargin() {
    this(1);
  }

  @Override
  public Value build(Value prediction, Value target) {
    Shape shape = prediction.shape();
    GraphException.check(
        shape.rank() == 3 && shape.dim(1) == 3,
        "tripletMargin: expected embeddings of triplets [N, 3, D], found %s",
        shape);
    return build(part(prediction, 0), part(prediction, 1), part(prediction, 2));
  }

  @Override
  public Value build(Outputs outputs, List<Value> targets) {
    if (outputs.size() == 1) {
      return build(outputs.first(), targets.get(0));
    }
    List<Value> values = outputs.values();
    GraphException.check(
        values.size() == 3
            && values.get(0).shape().rank() == 2
            && values.stream().allMatch(value -> value.type().equals(values.get(0).type())),
        "tripletMargin: expected three outputs [N, D], found %s",
        values.stream().map(Value::type).toList());
    return build(values.get(0), values.get(1), values.get(2));
  }

  private static Value part(Value triplets, int index) {
    int n = triplets.shape().dim(0);
    int size = triplets.shape().dim(2);
    Value slice = Ops.slice(triplets, List.of(0, index, 0), List.of(n, index + 1, size));
    return Ops.reshape(slice, n, size);
  }

  private Value build(Value anchor, Value positive, Value negative) {
    Value excess = Ops.sub(distance(anchor, positive), distance(anchor, negative));
    return Ops.mean(Ops.relu(Ops.add(excess, margin)));
  }

  private static Value distance(Value a, Value b) {
    Value difference = Ops.add(Ops.sub(a, b), EPSILON);
    return Ops.sqrt(Ops.sum(Ops.square(difference), 1));
  }
}
