package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.init.Initializer;
import dev.merapi.nn.init.Uniform;

/**
 * The scores of a linear-chain conditional random field: how well a label fits a place of a
 * sequence and the label before it.
 *
 * <pre>
 * y[n, t, i, j]     = x[n, t, j] + transitions[i, j]   label j at place t, behind label i
 * y[n, t, L, j]     = x[n, t, j] + start[j]            label j at place t, where the sequence begins
 * y[n, t, L + 1, j] = end[j]                           where the sequence ends with label j
 * </pre>
 *
 * <p>for x [N, T, L], the scores of L labels at every place, and y [N, T, L + 2, L]. The last layer
 * of a tagger: the loss {@link dev.merapi.nn.loss.Crf} learns from y, and {@link
 * dev.merapi.nn.loss.Viterbi} finds the best labels. Variables {@code transitions} [L, L], from i
 * to j, {@code start} and {@code end} [L]. Source: Lafferty, McCallum and Pereira, "Conditional
 * random fields", ICML 2001; Lample et al., "Neural architectures for named entity recognition",
 * NAACL 2016.
 *
 * @param init what the variables begin with
 */
public record Crf(@Default("{uniform: {low: -0.1, high: 0.1}}") Initializer init) implements Layer {
  /** With uniform numbers from -0.1 to 0.1. */
  public Crf() {
    this(new Uniform(-0.1, 0.1));
  }

  @Override
  public Value build(Net net, Value x) {
    Shape shape = x.shape();
    GraphException.check(
        shape.rank() == 3, "crf: expected scores of labels [N, T, L], found %s", shape);
    int labels = shape.dim(2);
    Value transitions = net.parameter("transitions", Shape.of(labels, labels), init);
    Value start = net.parameter("start", Shape.of(labels), init);
    Value end = net.parameter("end", Shape.of(labels), init);
    Value before = Ops.concat(0, transitions, Ops.reshape(start, 1, labels));
    Value scores = Ops.add(Ops.reshape(x, shape.dim(0), shape.dim(1), 1, labels), before);
    Shape row = Shape.of(shape.dim(0), shape.dim(1), 1, labels);
    return Ops.concat(2, scores, Ops.broadcast(end, row));
  }
}
