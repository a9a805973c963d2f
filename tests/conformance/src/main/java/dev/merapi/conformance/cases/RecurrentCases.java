package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.op.recurrent.Gru;
import dev.merapi.core.op.recurrent.Lstm;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.op.recurrent.Rnn;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** LSTM, GRU and RNN by their textbook formulas, and their gradients by forward differentiation. */
public final class RecurrentCases {
  private RecurrentCases() {}

  /** Sizes of a case: steps, batch, features. */
  private record Sizes(int steps, int batch, int features) {}

  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    add(cases, new Lstm(1, 1, false), new Sizes(1, 1, 1));
    add(cases, new Lstm(5, 1, false), new Sizes(7, 3, 4));
    add(cases, new Lstm(2, 3, false), new Sizes(3, 2, 1));
    add(cases, new Lstm(3, 2, true), new Sizes(4, 2, 3));
    add(cases, new Lstm(1, 3, true), new Sizes(2, 1, 2));
    add(cases, new Lstm(13, 1, false), new Sizes(9, 13, 1));
    add(cases, new Gru(1, 1, false), new Sizes(1, 1, 1));
    add(cases, new Gru(5, 1, false), new Sizes(7, 3, 4));
    add(cases, new Gru(3, 2, true), new Sizes(4, 2, 3));
    add(cases, new Gru(13, 1, false), new Sizes(9, 1, 13));
    for (Rnn.Mode mode : Rnn.Mode.values()) {
      add(cases, new Rnn(mode, 1, 1, false), new Sizes(1, 1, 1));
      add(cases, new Rnn(mode, 5, 1, false), new Sizes(7, 3, 4));
      add(cases, new Rnn(mode, 3, 2, true), new Sizes(4, 2, 3));
      add(cases, new Rnn(mode, 13, 1, false), new Sizes(13, 3, 1));
    }
    return cases;
  }

  private static void add(List<OpCase> cases, RecurrentStack op, Sizes sizes) {
    int directions = op.bidirectional() ? 2 : 1;
    int rows = op.layers() * directions;
    int hidden = op.hidden();
    int blocks = op instanceof Lstm ? 4 : op instanceof Gru ? 3 : 1;
    int first = blocks * hidden * (sizes.features + hidden + 2);
    int others = blocks * hidden * (directions * hidden + hidden + 2);
    int weights = directions * (first + (op.layers() - 1) * others);
    Shape x = Shape.of(sizes.steps, sizes.batch, sizes.features);
    Shape state = Shape.of(rows, sizes.batch, hidden);
    int states = op instanceof Lstm ? 2 : 1;

    List<Shape> in = new ArrayList<>(List.of(x, Shape.of(weights)));
    List<Shape> out = new ArrayList<>(List.of(x.with(2, directions * hidden)));
    for (int s = 0; s < states; s++) {
      in.add(state);
      out.add(state);
    }
    Shape saved = Shape.of(rows, sizes.steps, sizes.batch, hidden);
    if (!(op instanceof Rnn)) {
      out.add(saved.with(3, 4 * hidden));
    }
    for (int s = 0; s < states; s++) {
      out.add(saved);
    }
    Tolerance tolerance =
        Tolerance.sumOf(4 * op.layers() * sizes.steps * (sizes.features + directions * hidden));
    String name = name(op, x);
    cases.add(forward(op, name, in, out, tolerance));
    cases.add(backward(op, name, in, out, tolerance));
  }

  private static String name(RecurrentStack op, Shape x) {
    return x
        + ", hidden "
        + op.hidden()
        + ", layers "
        + op.layers()
        + (op.bidirectional() ? ", bidirectional" : "")
        + (op instanceof Rnn rnn ? ", " + rnn.mode() : "");
  }

  private static OpCase forward(
      RecurrentStack op, String name, List<Shape> in, List<Shape> out, Tolerance tolerance) {
    OpCase.Builder builder = OpCase.of(op).tolerance(tolerance);
    in.forEach(shape -> builder.input(Sampler.uniform(-0.9, 0.9), shape.toArray()));
    return builder
        .savedOutputs(out.size() - (in.size() - 1))
        .expectAll(name, inputs -> RecurrentFormula.outputs(op, inputs, out));
  }

  /** What was saved must be what the inputs give, so they are fixed here. */
  private static OpCase backward(
      RecurrentStack op, String name, List<Shape> in, List<Shape> out, Tolerance tolerance) {
    Random random = new Random(5);
    List<NdArray> arguments =
        in.stream()
            .map(
                shape ->
                    NdArray.generate(shape, i -> Math.rint(random.nextDouble(-1, 1) * 64) / 64))
            .toList();
    List<NdArray> outputs = RecurrentFormula.outputs(op, arguments, out);
    int results = in.size() - 1;
    OpCase.Builder builder = OpCase.of(op.backward()).tolerance(tolerance).forwardOnly();
    out.subList(0, results).forEach(shape -> builder.input(Sampler.normal(), shape.toArray()));
    List<NdArray> fixed = new ArrayList<>(arguments);
    fixed.addAll(outputs.subList(results, outputs.size()));
    fixed.forEach(a -> builder.input(Sampler.values(a.values()), a.shape().toArray()));
    return builder.expectAll(
        name, inputs -> RecurrentFormula.gradients(op, inputs.subList(0, results), arguments, out));
  }
}
