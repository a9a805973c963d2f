package dev.merapi.core.op.recurrent;

import dev.merapi.core.graph.Adjoint;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Recurrent;
import dev.merapi.core.graph.Subgraph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Any recurrence: a body that is run once for each place of a sequence and carries states.
 *
 * <pre>
 * (s[t + 1], y[t]) = body(s[t], x[t], c)   for t = 0 .. T - 1;   from the end when reversed
 * </pre>
 *
 * <p>Inputs: the first states, of any types; the sequences x, [T, ...] each, which the body sees
 * without their first axis; and what the body reads at every place, such as weights. Outputs: the
 * states after the last place, then the sequences y, [T, ...] each. It has a gradient, which is a
 * scan in the other direction, and so has that. The compiler unrolls it, so that the places are
 * planned, fused and captured like any other ops, and what is the same at several places is
 * computed once; so a body's random op draws the same numbers at every place. Source: Bradbury et
 * al., "JAX: composable transformations of Python+NumPy programs", 2018 (lax.scan).
 *
 * @param body from (states, elements of the sequences, values that stay) to (next states, results)
 * @param steps T, at least 1
 * @param states how many there are
 * @param sequences how many are read
 * @param reverse whether the last place comes first
 */
public record Scan(Subgraph body, int steps, int states, int sequences, boolean reverse)
    implements Recurrent {
  /** Builds the body. */
  @FunctionalInterface
  public interface Body {
    /**
     * One place: may use values from outside, too.
     *
     * @param states before it
     * @param elements of the sequences
     */
    Carried step(List<Value> states, List<Value> elements);
  }

  /**
   * What a body gives, and what a scan gives.
   *
   * @param states afterwards
   * @param results of one place; of a scan, those of all places along a new first axis
   */
  public record Carried(List<Value> states, List<Value> results) {}

  /** Goes over sequences, at least one, from their first place to their last. */
  public static Carried of(List<Value> states, List<Value> sequences, Body body) {
    return ScanBuilder.build(states, sequences, length(sequences), false, body);
  }

  /** Goes over sequences, at least one, from their last place to their first. */
  public static Carried reversed(List<Value> states, List<Value> sequences, Body body) {
    return ScanBuilder.build(states, sequences, length(sequences), true, body);
  }

  /** Repeats a body that reads no sequence, at least one state being carried. */
  public static Carried times(int steps, List<Value> states, Body body) {
    return ScanBuilder.build(states, List.of(), steps, false, body);
  }

  private static int length(List<Value> sequences) {
    GraphException.check(
        !sequences.isEmpty() && sequences.get(0).shape().rank() >= 1,
        "scan: expected a sequence [T, ...], found %s",
        sequences);
    return sequences.get(0).shape().dim(0);
  }

  @Override
  public List<TensorType> inferTypes(List<TensorType> inputs) {
    GraphException.check(steps >= 1, "expected at least one place, found %d", steps);
    GraphException.check(
        inputs.size() == body.arity(), "takes %d inputs, found %d", body.arity(), inputs.size());
    List<TensorType> found = body.inferTypes(bodyTypes(inputs));
    List<TensorType> outputs = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      TensorType type = found.get(i);
      if (i < states) {
        GraphException.check(
            type.equals(inputs.get(i)),
            "expected a next state %d like the first, %s, found %s",
            i,
            inputs.get(i),
            type);
      }
      Shape shape = i < states ? type.shape() : Shape.of(steps).concat(type.shape());
      outputs.add(type.withShape(shape));
    }
    return outputs;
  }

  /** What the body sees of a sequence. */
  private TensorType element(TensorType sequence) {
    Shape shape = sequence.shape();
    GraphException.check(
        shape.rank() >= 1 && shape.dim(0) == steps,
        "expected a sequence of %d places, found %s",
        steps,
        sequence);
    return sequence.withShape(shape.slice(1, shape.rank()));
  }

  /** The types of the body's inputs, for those of the scan's. */
  public List<TensorType> bodyTypes(List<TensorType> inputs) {
    return IntStream.range(0, inputs.size())
        .mapToObj(i -> isSequence(i) ? element(inputs.get(i)) : inputs.get(i))
        .toList();
  }

  private boolean isSequence(int input) {
    return input >= states && input < states + sequences;
  }

  @Override
  public void gradient(Adjoint adjoint) {
    new ScanGradient(this, adjoint).give();
  }

  /** The scan whose results are the states before every place. */
  Scan ofStates() {
    List<Integer> results = new ArrayList<>(body.results().subList(0, states));
    IntStream.range(0, states).forEach(results::add);
    return new Scan(body.withResults(results), steps, states, sequences, reverse);
  }

  @Override
  public Optional<List<Value>> decompose(List<Value> inputs) {
    List<Value> carried = inputs.subList(0, states);
    List<List<Value>> results = new ArrayList<>();
    for (int i = states; i < body.results().size(); i++) {
      results.add(new ArrayList<>());
    }
    for (int step = 0; step < steps; step++) {
      List<Value> arguments = new ArrayList<>(carried);
      for (int i = states; i < inputs.size(); i++) {
        Value input = inputs.get(i);
        arguments.add(isSequence(i) ? Unrolled.row(input, place(step)) : input);
      }
      List<Value> outputs = body.inline(inputs.get(0).graph(), arguments);
      carried = outputs.subList(0, states);
      for (int i = 0; i < results.size(); i++) {
        List<Value> places = results.get(i);
        places.add(reverse ? 0 : step, outputs.get(states + i));
      }
    }
    List<Value> all = new ArrayList<>(carried);
    results.forEach(places -> all.add(Unrolled.stacked(places)));
    return Optional.of(all);
  }

  private int place(int step) {
    return reverse ? steps - 1 - step : step;
  }
}
