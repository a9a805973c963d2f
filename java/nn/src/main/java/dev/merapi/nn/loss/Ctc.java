package dev.merapi.nn.loss;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.broadcast;
import static dev.merapi.core.op.Ops.cast;
import static dev.merapi.core.op.Ops.div;
import static dev.merapi.core.op.Ops.greater;
import static dev.merapi.core.op.Ops.lessEqual;
import static dev.merapi.core.op.Ops.logSoftmax;
import static dev.merapi.core.op.Ops.matMul;
import static dev.merapi.core.op.Ops.max;
import static dev.merapi.core.op.Ops.mean;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.neg;
import static dev.merapi.core.op.Ops.notEqual;
import static dev.merapi.core.op.Ops.oneHot;
import static dev.merapi.core.op.Ops.pad;
import static dev.merapi.core.op.Ops.reshape;
import static dev.merapi.core.op.Ops.scan;
import static dev.merapi.core.op.Ops.select;
import static dev.merapi.core.op.Ops.sub;
import static dev.merapi.core.op.Ops.sum;
import static dev.merapi.core.op.Ops.transpose;
import static dev.merapi.nn.loss.Parts.part;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.movement.Pad;
import dev.merapi.core.op.recurrent.Scan;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import dev.merapi.nn.Outputs;
import java.util.List;

/**
 * Connectionist temporal classification: the negative log-likelihood of a sequence of labels that
 * is shorter than the input and not aligned with it.
 *
 * <pre>
 * loss = mean_n of -log(sum of prod_t p_t,path(t)) / max(labels of n, 1),   p = softmax(logits)
 * </pre>
 *
 * <p>where the sum goes over all paths of T classes that give the labels when repetitions are
 * joined and then blanks left out; the forward algorithm adds them up in log space. Where no path
 * does, because T is too small (each label takes a place, and a blank stands between equal ones) or
 * a label is no class, the loss is infinite, which ends a training as diverged, unless zeroInfinity
 * is set; such a sequence has no gradient.
 *
 * <p>Prediction: logits (or log-probabilities) [N, T, classes]; target: labels, I32 [N, U], filled
 * up behind their ends. A second target, where there is one, is the inputs' lengths, I32 [N], from
 * 1 to T; without it they are T. Source: Graves, Fernández, Gomez and Schmidhuber, "Connectionist
 * temporal classification", ICML 2006; PyTorch, CTCLoss with reduction mean.
 *
 * @param blank the class that means no label
 * @param ignoreIndex what fills the labels up; null for the blank, which is never a label
 * @param zeroInfinity whether a sequence without any path counts as a loss of 0
 */
public record Ctc(
    @Default("0") int blank,
    @Default("null") Integer ignoreIndex,
    @Default("false") boolean zeroInfinity)
    implements Loss {
  public Ctc {
    if (blank < 0) {
      throw new IllegalArgumentException("blank must be at least 0, found " + blank);
    }
  }

  /** With class 0 as the blank, which also fills the labels up. */
  public Ctc() {
    this(0, null, false);
  }

  public Ctc blank(int blank) {
    return new Ctc(blank, ignoreIndex, zeroInfinity);
  }

  public Ctc ignoreIndex(int ignoreIndex) {
    return new Ctc(blank, ignoreIndex, zeroInfinity);
  }

  public Ctc zeroInfinity(boolean zeroInfinity) {
    return new Ctc(blank, ignoreIndex, zeroInfinity);
  }

  @Override
  public Value build(Outputs outputs, List<Value> targets) {
    return outputs.size() == 1 && targets.size() == 2
        ? build(outputs.first(), targets.get(0), targets.get(1))
        : Loss.super.build(outputs, targets);
  }

  @Override
  public Value build(Value prediction, Value target) {
    return build(prediction, target, null);
  }

  /** Of inputs of different lengths; null where all are T. */
  private Value build(Value logits, Value labels, Value lengths) {
    check(logits, labels, lengths);
    Graph graph = logits.graph();
    DType dtype = logits.dtype();
    int fill = ignoreIndex == null ? blank : ignoreIndex;
    Value counted = cast(notEqual(labels, Constant.scalar(graph, DType.I32, fill)), dtype);
    Value count = sum(counted, 1);
    Value likelihood = logLikelihood(logits, labels, count, lengths);
    Value none = Constant.scalar(graph, dtype, zeroInfinity ? 0 : Double.POSITIVE_INFINITY);
    Value impossible = lessEqual(likelihood, LogSpace.IMPOSSIBLE);
    return mean(div(select(impossible, none, neg(likelihood)), max(count, 1)));
  }

  private void check(Value logits, Value labels, Value lengths) {
    Shape shape = logits.shape();
    GraphException.check(
        shape.rank() == 3 && shape.dim(1) >= 1 && blank < shape.dim(2),
        "ctc: expected logits [N, T, classes] with more than %d classes, found %s",
        blank,
        shape);
    int n = shape.dim(0);
    Shape places = labels.shape();
    GraphException.check(
        labels.dtype() == DType.I32
            && places.rank() == 2
            && places.dim(0) == n
            && places.dim(1) >= 1,
        "ctc: expected I32 labels [%d, U] for logits %s, found %s",
        n,
        shape,
        labels.type());
    TensorType wanted = new TensorType(DType.I32, Shape.of(n));
    GraphException.check(
        lengths == null || lengths.type().equals(wanted),
        "ctc: expected input lengths %s as the second target, found %s",
        wanted,
        lengths == null ? null : lengths.type());
  }

  /** log of the sum of all paths' probabilities, [N]. */
  private Value logLikelihood(Value logits, Value labels, Value count, Value lengths) {
    Graph graph = logits.graph();
    DType dtype = logits.dtype();
    Value zero = Constant.scalar(graph, dtype, LogSpace.ZERO);
    // The states of a path: blank, label 1, blank, label 2, ..., blank.
    Value states = Pad.of(labels, List.of(0, 1), List.of(0, 1), List.of(0, 1), blank);
    int s = states.shape().dim(1);
    Value jumps = jumps(states, zero);
    Value ends = lengths == null ? null : reshape(cast(lengths, dtype), count.shape().dim(0), 1);
    Scan.Carried places =
        scan(
            List.of(begin(states.shape(), zero), Constant.scalar(graph, dtype, 0)),
            List.of(emissions(logits, states, zero)),
            (carried, emission) -> {
              Value before = carried.get(0);
              Value t = carried.get(1);
              Value moved = pad(before, List.of(0, 2), List.of(0, 0), LogSpace.ZERO);
              Value ways =
                  LogSpace.sum(before, part(moved, 1, 1, s + 1), add(part(moved, 1, 0, s), jumps));
              Value next = add(ways, emission.get(0));
              Value forward = ends == null ? next : select(greater(ends, t), next, before);
              return new Scan.Carried(List.of(forward, add(t, 1)), List.of());
            });
    Value forward = places.states().get(0);
    // A path ends in the last label or the blank behind it.
    Value last = mul(count, 2);
    Value finals =
        add(
            oneHot(cast(last, DType.I32), s, dtype),
            oneHot(cast(sub(last, 1), DType.I32), s, dtype));
    return LogSpace.sum(select(finals, forward, zero), 1);
  }

  /** The state before the first place: from it, the first two can be reached. */
  private static Value begin(Shape shape, Value zero) {
    Value first = Constant.of(zero.graph(), new TensorType(zero.dtype(), Shape.of(1, 1)), 0);
    List<Integer> others = List.of(0, shape.dim(1) - 1);
    return broadcast(pad(first, List.of(0, 0), others, LogSpace.ZERO), shape);
  }

  /** The log-probability of each state's class at each place, [T, N, states]. */
  private static Value emissions(Value logits, Value states, Value zero) {
    Value classes = oneHot(states, logits.shape().dim(2), logits.dtype());
    // Finite, so that the product with 0 of a class that is not the state's is 0.
    Value logProbabilities = max(logSoftmax(logits, -1), LogSpace.ZERO);
    Value chosen = transpose(matMul(logProbabilities, classes, false, true), 1, 0, 2);
    Value none = Constant.scalar(logits.graph(), logits.dtype(), 0);
    return add(chosen, select(sum(classes, 2), none, zero));
  }

  /** 0 where a path may leave out the blank before a state, as between different labels. */
  private static Value jumps(Value states, Value zero) {
    int s = states.shape().dim(1);
    Value differ = cast(notEqual(part(states, 1, 2, s), part(states, 1, 0, s - 2)), zero.dtype());
    Value none = Constant.scalar(zero.graph(), zero.dtype(), 0);
    return pad(select(differ, none, zero), List.of(0, 2), List.of(0, 0), LogSpace.ZERO);
  }
}
