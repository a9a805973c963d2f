package dev.merapi.nn.layer;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.matMul;
import static dev.merapi.core.op.Ops.mul;
import static dev.merapi.core.op.Ops.sigmoid;
import static dev.merapi.core.op.Ops.tanh;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.recurrent.Scan;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.init.Initializer;
import dev.merapi.nn.init.Uniform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Long short-term memory whose gates see the cell state, too; the output gate sees the new one.
 *
 * <pre>
 * [i f g o] = Wih x[t] + Whh h[t-1] + b
 * c[t] = sigmoid(f + p_f c[t-1]) c[t-1] + sigmoid(i + p_i c[t-1]) tanh(g)
 * h[t] = sigmoid(o + p_o c[t]) tanh(c[t])
 * </pre>
 *
 * <p>for x [T, N, in] and y [T, N, hidden], all products of vectors element by element. Takes x;
 * then, if they are to begin otherwise than with zeros, the states {@code h} and {@code c}, each
 * [1, N, hidden]; then, if sequences end at different places, lengths I32 [N] from 0 to T. Outputs:
 * y, with zeros behind a sequence's end, and {@code h} and {@code c}, the states at each sequence's
 * own end, like the first ones.
 *
 * <p>Variables: {@code weight_ih} [4 hidden, in], {@code weight_hh} [4 hidden, hidden] and {@code
 * bias} [4 hidden], in the order i f g o, and {@code peephole} [3, hidden], in the order i f o; all
 * begin uniform within 1 / sqrt(hidden). It is built of small ops for each step, so its program
 * grows with T, as that of {@link Lstm} does not. Source: Gers, Schraudolph and Schmidhuber,
 * "Learning Precise Timing with LSTM Recurrent Networks", JMLR 3, 2002.
 *
 * @param hidden features of the state, at least 1
 */
public record PeepholeLstm(int hidden) implements MultiLayer {
  private static final int GATES = 4;

  public PeepholeLstm {
    GraphException.check(hidden >= 1, "peepholeLstm: hidden must be at least 1, found %d", hidden);
  }

  /** States [1, N, hidden]. */
  private record State(Value h, Value c) {}

  @Override
  public String name() {
    return "lstm";
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    RecurrentInputs in = RecurrentInputs.of("peepholeLstm", List.of("h", "c"), 1, hidden, inputs);
    Shape shape = in.x().shape();
    Initializer init = new Uniform(-1 / Math.sqrt(hidden), 1 / Math.sqrt(hidden));
    Value weightIh = net.parameter("weight_ih", Shape.of(GATES * hidden, shape.dim(2)), init);
    Value weightHh = net.parameter("weight_hh", Shape.of(GATES * hidden, hidden), init);
    Value bias = net.parameter("bias", Shape.of(GATES * hidden), init);
    Value peephole = net.parameter("peephole", Shape.of(3, hidden), init);

    Optional<Lengths> lengths =
        in.lengths().map(known -> Lengths.of(known, shape.dim(0), in.x().dtype()));
    Value sums = add(matMul(in.x(), weightIh, false, true), bias);
    List<Value> sequences = new ArrayList<>(List.of(sums));
    lengths.ifPresent(known -> sequences.add(known.counts()));
    Scan.Carried run =
        Ops.scan(
            first(in),
            sequences,
            (states, elements) -> {
              State before = new State(states.get(0), states.get(1));
              Value sum = add(elements.get(0), matMul(before.h, weightHh, false, true));
              State next = step(sum, before, peephole);
              State kept = lengths.isPresent() ? held(elements.get(1), next, before) : next;
              return new Scan.Carried(List.of(kept.h, kept.c), List.of(next.h));
            });
    Value y = run.results().get(0);
    return Outputs.of(lengths.map(known -> known.keep(y)).orElse(y))
        .and("h", Ops.reshape(run.states().get(0), 1, shape.dim(1), hidden))
        .and("c", Ops.reshape(run.states().get(1), 1, shape.dim(1), hidden));
  }

  /** The first h and c, [N, hidden] each. */
  private List<Value> first(RecurrentInputs in) {
    Value x = in.x();
    int batch = x.shape().dim(1);
    Value zero = Constant.of(x.graph(), x.type().withShape(Shape.of(batch, hidden)), 0);
    return in.states().isEmpty()
        ? List.of(zero, zero)
        : in.states().stream().map(state -> Ops.reshape(state, batch, hidden)).toList();
  }

  private State step(Value sum, State before, Value peephole) {
    Value i = sigmoid(add(gate(sum, 0), mul(before.c, peep(peephole, 0))));
    Value f = sigmoid(add(gate(sum, 1), mul(before.c, peep(peephole, 1))));
    Value c = add(mul(f, before.c), mul(i, tanh(gate(sum, 2))));
    Value o = sigmoid(add(gate(sum, 3), mul(c, peep(peephole, 2))));
    return new State(mul(o, tanh(c)), c);
  }

  /** The new states of the sequences that have this place, and the old ones of others. */
  private static State held(Value counts, State next, State before) {
    return new State(Ops.select(counts, next.h, before.h), Ops.select(counts, next.c, before.c));
  }

  private Value gate(Value sum, int gate) {
    int batch = sum.shape().dim(0);
    return Ops.slice(sum, List.of(0, gate * hidden), List.of(batch, (gate + 1) * hidden));
  }

  private Value peep(Value peephole, int row) {
    return Ops.slice(peephole, List.of(row, 0), List.of(row + 1, hidden));
  }
}
