package dev.merapi.nn;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * What a network gives: values by name, at least one. The first is the prediction, which an
 * evaluation and an inference look at where nothing else is asked for.
 *
 * <p>An output that only a training needs, such as the auxiliary heads of GoogLeNet, is there only
 * when the {@linkplain Net#training() net trains}, and behind the others. Its layers are built all
 * the same, so that the model has the same weights always; what no output depends on is not
 * computed.
 *
 * <pre>{@code
 * Value first = net.apply("aux1", head, x);
 * ...
 * Outputs outputs = Outputs.of("main", logits);
 * return net.training() ? outputs.and("aux1", first).and("aux2", second) : outputs;
 * }</pre>
 *
 * @param names of the values, all different
 * @param values in the names' order
 */
public record Outputs(List<String> names, List<Value> values) {
  /** The name of an output that is alone. */
  public static final String ALONE = "output";

  public Outputs {
    names = List.copyOf(names);
    values = List.copyOf(values);
    GraphException.check(!names.isEmpty(), "outputs: expected at least one, found none");
    GraphException.check(
        names.size() == values.size(),
        "outputs: expected a value for each of the names %s, found %d",
        names,
        values.size());
    GraphException.check(
        new HashSet<>(names).size() == names.size(),
        "outputs: expected different names, found %s",
        names);
  }

  /** One output alone. */
  public static Outputs of(Value value) {
    return of(ALONE, value);
  }

  /** One output under a name. */
  public static Outputs of(String name, Value value) {
    return new Outputs(List.of(name), List.of(value));
  }

  /** These and one more. */
  public Outputs and(String name, Value value) {
    List<String> moreNames = new ArrayList<>(names);
    List<Value> moreValues = new ArrayList<>(values);
    moreNames.add(name);
    moreValues.add(value);
    return new Outputs(moreNames, moreValues);
  }

  /** How many there are. */
  public int size() {
    return names.size();
  }

  /** The prediction. */
  public Value first() {
    return values.get(0);
  }

  /** Whether there is an output of a name; null is the name of the first. */
  public boolean has(String name) {
    return name == null || names.contains(name);
  }

  /**
   * An output by name.
   *
   * @param name null for the first
   * @throws GraphException when there is none of that name
   */
  public Value get(String name) {
    GraphException.check(has(name), "expected one of the outputs %s, found '%s'", names, name);
    return name == null ? first() : values.get(names.indexOf(name));
  }
}
