package dev.merapi.cli.registry;

import java.util.List;

/**
 * A kind of thing that a job file names.
 *
 * @param name the plural that {@code merapi list} knows: {@code optimizers}
 * @param noun the singular for error messages: {@code optimizer}
 * @param type the interface that its alternatives implement
 * @param naming how an alternative's name comes from its class
 * @param tag the key that names the alternative among its options ({@code {dataset: mnist, split:
 *     train}}), or null where the alternative wraps its options ({@code {sgd: {learningRate:
 *     0.1}}})
 * @param except implementations that are no alternatives, with their subtypes
 */
public record Kind(
    String name, String noun, Class<?> type, Naming naming, String tag, List<Class<?>> except) {
  /** A kind whose alternatives wrap their options. */
  public Kind(String name, String noun, Class<?> type, Naming naming) {
    this(name, noun, type, naming, null, List.of());
  }

  /** This kind, its alternatives being named by a key among their options. */
  public Kind tag(String key) {
    return new Kind(name, noun, type, naming, key, except);
  }

  /** This kind without some implementations of its interface. */
  public Kind except(Class<?>... types) {
    return new Kind(name, noun, type, naming, tag, List.of(types));
  }

  boolean includes(Class<?> implementation) {
    return type.isAssignableFrom(implementation)
        && except.stream().noneMatch(other -> other.isAssignableFrom(implementation));
  }
}
