package dev.merapi.cli.registry;

import java.util.List;

/**
 * A kind of thing that a job file names.
 *
 * @param name the plural that {@code merapi list} knows: {@code optimizers}
 * @param noun the singular for error messages: {@code optimizer}
 * @param type the interface that its alternatives implement
 * @param naming how an alternative's name comes from its class
 * @param except implementations that are no alternatives, with their subtypes
 */
public record Kind(String name, String noun, Class<?> type, Naming naming, List<Class<?>> except) {
  /** All implementations of an interface. */
  public Kind(String name, String noun, Class<?> type, Naming naming) {
    this(name, noun, type, naming, List.of());
  }

  /** This kind without some implementations of its interface. */
  public Kind except(Class<?>... types) {
    return new Kind(name, noun, type, naming, List.of(types));
  }

  boolean includes(Class<?> implementation) {
    return type.isAssignableFrom(implementation)
        && except.stream().noneMatch(other -> other.isAssignableFrom(implementation));
  }
}
