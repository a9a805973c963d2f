package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.div;
import static dev.merapi.core.op.Ops.equal;
import static dev.merapi.core.op.Ops.greater;
import static dev.merapi.core.op.Ops.matMul;
import static dev.merapi.core.op.Ops.max;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.notEqual;
import static dev.merapi.core.op.Ops.reduceMax;
import static dev.merapi.core.op.Ops.reduceMin;
import static dev.merapi.core.op.Ops.relu;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.square;
import static dev.merapi.core.op.Ops.sub;
import static dev.merapi.core.op.Ops.sum;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;

/**
 * Triplet loss with semi-hard negatives mined in the batch: loss = mean over all anchor-positive
 * pairs (a, p) of max(0, D_ap - D_an + margin), where D are squared Euclidean distances of
 * embeddings.
 *
 * <p>A pair's two samples have one label; its negative n is the nearest sample of another label
 * that is farther from a than p is, or where there is none the farthest one of another label. Pairs
 * without any negative do not count, and without pairs the loss is 0. Prediction: embeddings [N,
 * D], usually of length 1; target: labels, I32 [N]. Time and memory grow with N^3. Source: Schroff,
 * Kalenichenko and Philbin, "FaceNet: A Unified Embedding for Face Recognition and Clustering",
 * CVPR 2015; TensorFlow Addons, TripletSemiHardLoss.
 *
 * @param margin by how much a negative must be farther than a positive, above 0
 */
public record TripletSemiHard(@Default("0.2") double margin) implements Loss {
  public TripletSemiHard {
    if (!(margin > 0 && Double.isFinite(margin))) {
      throw new IllegalArgumentException("margin must be finite and above 0, found " + margin);
    }
  }

  /** With FaceNet's margin, 0.2. */
  public TripletSemiHard() {
    this(0.2);
  }

  @Override
  public Value build(Value prediction, Value target) {
    Shape shape = prediction.shape();
    GraphException.check(
        shape.rank() == 2, "tripletSemiHard: expected embeddings [N, D], found %s", shape);
    GraphException.check(
        target.dtype() == DType.I32 && target.shape().equals(shape.slice(0, 1)),
        "tripletSemiHard: expected I32 labels [%d] for embeddings %s, found %s",
        shape.dim(0),
        shape,
        target.type());
    int n = shape.dim(0);
    DType dtype = prediction.dtype();
    Value zero = Constant.scalar(prediction.graph(), dtype, 0);
    Value distances = squaredDistances(prediction);
    Value column = reshape(target, n, 1);
    Value row = reshape(target, 1, n);
    Value negative = cast(notEqual(column, row), dtype);
    Value farthest = reduceMax(select(negative, distances, zero), 1);
    Value semiHard = nearestBeyond(distances, negative, farthest);
    Value counts =
        mul(
            sub(cast(equal(column, row), dtype), Matches.identity(prediction.graph(), dtype, n)),
            reshape(reduceMax(negative, 1), n, 1));
    Value hinges = relu(add(sub(distances, semiHard), margin));
    return div(sum(select(counts, hinges, zero)), max(sum(counts), 1));
  }

  /** [a, p]: the distance from a of the nearest negative beyond p, or else of the farthest one. */
  private static Value nearestBeyond(Value distances, Value negative, Value farthest) {
    int n = distances.shape().dim(0);
    Value toNegatives = reshape(distances, n, 1, n);
    Value beyond = greater(toNegatives, reshape(distances, n, n, 1));
    Value candidates = mul(reshape(negative, n, 1, n), beyond);
    return reduceMin(select(candidates, toNegatives, reshape(farthest, n, 1, 1)), 2);
  }

  /** |x_i - x_j|^2 by |x_i|^2 + |x_j|^2 - 2 x_i x_j, which rounding may take below 0. */
  private static Value squaredDistances(Value x) {
    int n = x.shape().dim(0);
    Value norms = sum(square(x), 1);
    Value sums = add(reshape(norms, n, 1), reshape(norms, 1, n));
    return relu(sub(sums, mul(matMul(x, x, false, true), 2)));
  }
}
