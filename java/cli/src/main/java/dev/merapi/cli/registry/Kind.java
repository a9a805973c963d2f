package dev.merapi.cli.registry;

import java.util.List;
import java.util.function.Function;

/**
 * A kind of thing that a job file names.
 *
 * @param name the plural that {@code merapi list} knows: {@code optimizers}
 * @param noun the singular for error messages: {@code optimizer}
 * @param type the interface that its alternatives implement
 * @param naming how an alternative's name comes from its class
 * @param except implementations that are no alternatives, with their subtypes
 * @param row makes one value of a list of them; null where a job file cannot write a list
 */
public record Kind(
    String name,
    String noun,
    Class<?> type,
    Naming naming,
    List<Class<?>> except,
    Function<List<Kind.Item>, Object> row) {
  /**
   * An item of a list of alternatives.
   *
   * @param name that the list gives it by the key {@code name}, or null
   * @param from the names of items that it takes, by the key {@code from}; none where it takes the
   *     one before it
   * @param value the alternative with its options
   */
  public record Item(String name, List<String> from, Object value) {
    public Item {
      from = List.copyOf(from);
    }
  }

  /** All implementations of an interface. */
  public Kind(String name, String noun, Class<?> type, Naming naming) {
    this(name, noun, type, naming, List.of(), null);
  }

  /** This kind without some implementations of its interface. */
  public Kind except(Class<?>... types) {
    return new Kind(name, noun, type, naming, List.of(types), row);
  }

  /** This kind, of which a list is one value too. */
  public Kind row(Function<List<Item>, Object> other) {
    return new Kind(name, noun, type, naming, except, other);
  }

  boolean includes(Class<?> implementation) {
    return type.isAssignableFrom(implementation)
        && except.stream().noneMatch(other -> other.isAssignableFrom(implementation));
  }
}
