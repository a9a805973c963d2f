package dev.merapi.cli.registry;

import java.util.Arrays;
import java.util.List;

/**
 * Something that a job file can name.
 *
 * @param name the YAML name: {@code maxPool2d}
 * @param type the record whose components are the options
 */
public record Alternative(String name, Class<?> type) {
  /** The options, in the order in which the record has them. */
  public List<Option> options() {
    return Option.of(type);
  }

  /** The options as in Java: {@code (int outChannels, int stride = 1)}. */
  public String signature() {
    return "(" + String.join(", ", options().stream().map(Option::toString).toList()) + ")";
  }

  /** Whether all options have defaults. */
  public boolean hasOnlyDefaults() {
    return Arrays.stream(type.getRecordComponents()).allMatch(c -> new Option(c).hasDefault());
  }
}
