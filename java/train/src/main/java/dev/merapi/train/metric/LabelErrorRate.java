package dev.merapi.train.metric;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.argMax;
import static dev.merapi.core.op.Ops.broadcast;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.lessEqual;
import static dev.merapi.core.op.Ops.min;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.notEqual;
import static dev.merapi.core.op.Ops.oneHot;
import static dev.merapi.core.op.Ops.pad;
import static dev.merapi.core.op.Ops.reduceMin;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.scan;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.slice;
import static dev.merapi.core.op.Ops.sub;
import static dev.merapi.core.op.Ops.sum;
import static dev.merapi.core.op.Ops.transpose;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.recurrent.Scan;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import java.util.List;

/**
 * Label error rate: how many labels must be changed, put in or taken out so that what is found
 * becomes the targets, per label of the targets.
 *
 * <pre>
 * sum over n of edit distance(found of n, labels of n) / sum over n of labels of n
 * </pre>
 *
 * <p>Predictions {@code [N, T, C]} of the loss {@link dev.merapi.nn.loss.Ctc}, whose most probable
 * path is taken over all T places, against I32 labels {@code [N, U]}, filled up behind their ends.
 * Source: Graves, Fernández, Gomez and Schmidhuber, "Connectionist temporal classification", ICML
 * 2006, section 2; over all labels, not sequences, as in torchmetrics, WordErrorRate.
 *
 * @param blank the class that means no label
 * @param ignoreIndex what fills the labels up; null for the blank
 */
public record LabelErrorRate(@Default("0") int blank, @Default("null") Integer ignoreIndex)
    implements Ratio {
  /** More than any distance, and exact in F32. */
  private static final double FAR = 1 << 20;

  public LabelErrorRate {
    if (blank < 0) {
      throw new IllegalArgumentException("blank must be at least 0, found " + blank);
    }
  }

  /** With class 0 as the blank, which also fills the labels up. */
  public LabelErrorRate() {
    this(0, null);
  }

  @Override
  public boolean appliesTo(TensorType prediction, TensorType target) {
    Shape shape = prediction.shape();
    return prediction.dtype().isFloating()
        && shape.rank() == 3
        && shape.dim(1) >= 1
        && blank < shape.dim(2)
        && target.dtype() == DType.I32
        && target.shape().rank() == 2
        && target.shape().dim(0) == shape.dim(0);
  }

  @Override
  public Value part(Value prediction, Value target) {
    Graph graph = prediction.graph();
    int n = target.shape().dim(0);
    int columns = target.shape().dim(1) + 1;
    Value path = argMax(prediction, -1);
    Value numbers = numbers(graph, columns);
    Value moves = moves(numbers);
    // Row after row of the distances from what is found so far to the first j labels.
    Value distances =
        scan(
                List.of(broadcast(numbers, Shape.of(n, columns))),
                List.of(transpose(path, 1, 0), transpose(found(path), 1, 0)),
                (before, place) -> {
                  Value row = before.get(0);
                  Value label = reshape(place.get(0), n, 1);
                  Value other = cast(notEqual(target, label), DType.F32);
                  Value most = slice(row, List.of(0, 0), List.of(n, columns - 1));
                  Value changed = pad(add(most, other), List.of(0, 1), List.of(0, 0), FAR);
                  Value next = min(changed, add(row, 1));
                  Value missing = reduceMin(add(reshape(next, n, columns, 1), moves), 1);
                  Value counts = reshape(place.get(1), n, 1);
                  return new Scan.Carried(List.of(select(counts, missing, row)), List.of());
                })
            .states()
            .get(0);
    Value ends = oneHot(cast(sum(counts(target), 1), DType.I32), columns, DType.F32);
    return sum(cast(mul(ends, distances), DType.F64));
  }

  @Override
  public Value whole(Value prediction, Value target) {
    return sum(cast(counts(target), DType.F64));
  }

  /** 1 for each label, 0 behind them, [N, U]. */
  private Value counts(Value target) {
    int fill = ignoreIndex == null ? blank : ignoreIndex;
    Value filled = Constant.scalar(target.graph(), DType.I32, fill);
    return cast(notEqual(target, filled), DType.F32);
  }

  /** 1 where a path gives a label: not the one before again, and no blank. */
  private Value found(Value path) {
    int n = path.shape().dim(0);
    int places = path.shape().dim(1);
    Value earlier = slice(path, List.of(0, 0), List.of(n, places - 1));
    Value before = pad(earlier, List.of(0, 1), List.of(0, 0), blank);
    Value none = Constant.scalar(path.graph(), DType.I32, blank);
    return cast(mul(notEqual(path, none), notEqual(path, before)), DType.F32);
  }

  /** 0, 1, 2, ... */
  private static Value numbers(Graph graph, int count) {
    Value zero = Constant.scalar(graph, DType.F32, 0);
    return Scan.times(
            count,
            List.of(zero),
            (number, none) -> new Scan.Carried(List.of(add(number.get(0), 1)), number))
        .results()
        .get(0);
  }

  /** How many labels are left out on the way from column k to column j, [k, j]. */
  private static Value moves(Value numbers) {
    int count = numbers.shape().dim(0);
    Value from = reshape(numbers, count, 1);
    Value far = Constant.scalar(numbers.graph(), DType.F32, FAR);
    return select(lessEqual(from, numbers), sub(numbers, from), far);
  }
}
