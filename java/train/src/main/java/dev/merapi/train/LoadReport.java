package dev.merapi.train;

import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What became of weights that were loaded by name.
 *
 * @param loaded names that the model has with the same shape
 * @param missing names of the model that were not given; they keep their values
 * @param unexpected names that were given and the model does not have
 * @param mismatched names that both have, with other shapes; they keep their values
 */
public record LoadReport(
    List<String> loaded, List<String> missing, List<String> unexpected, List<Mismatch> mismatched) {
  /** A variable of the model, and what was given for it. */
  public record Mismatch(String name, TensorType expected, TensorType found) {
    @Override
    public String toString() {
      return "%s (expected %s, found %s)".formatted(name, expected, found);
    }
  }

  public LoadReport {
    loaded = List.copyOf(loaded);
    missing = List.copyOf(missing);
    unexpected = List.copyOf(unexpected);
    mismatched = List.copyOf(mismatched);
  }

  /** Whether the names and shapes are those of the model. */
  public boolean isComplete() {
    return missing.isEmpty() && unexpected.isEmpty() && mismatched.isEmpty();
  }

  /** In one line: {@code 8 loaded; missing: fc3.bias}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>(List.of(loaded.size() + " loaded"));
    add(parts, "missing", missing);
    add(parts, "unexpected", unexpected);
    add(parts, "of another shape", mismatched);
    return String.join("; ", parts);
  }

  private static void add(List<String> parts, String kind, List<?> names) {
    if (!names.isEmpty()) {
      parts.add(
          kind + ": " + names.stream().map(Object::toString).collect(Collectors.joining(", ")));
    }
  }
}
