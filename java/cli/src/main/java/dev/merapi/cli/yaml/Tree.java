package dev.merapi.cli.yaml;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A YAML value that remembers where it was written; immutable. */
public sealed interface Tree {
  /** Where the value begins. */
  Location at();

  /** What the value is, for error messages. */
  String describe();

  /** A number, a truth value or a text; {@code text} is null for YAML's null. */
  record Scalar(Location at, String text) implements Tree {
    @Override
    public String describe() {
      return text == null ? "nothing" : "'" + text + "'";
    }
  }

  /** A list. */
  record Sequence(Location at, List<Tree> items) implements Tree {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String describe() {
      return "a list";
    }
  }

  /** A key's value and where the key was written. */
  record Entry(Location at, Tree value) {}

  /** Keys with values, in the order in which they were written. */
  record Mapping(Location at, Map<String, Entry> entries) implements Tree {
    public Mapping {
      entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
    }

    /** The value of a key, or null. */
    public Tree get(String key) {
      Entry entry = entries.get(key);
      return entry == null ? null : entry.value();
    }

    /** A copy in which a key has another value. */
    public Mapping with(String key, Entry entry) {
      Map<String, Entry> changed = new LinkedHashMap<>(entries);
      changed.put(key, entry);
      return new Mapping(at, changed);
    }

    /** A copy without a key. */
    public Mapping without(String key) {
      Map<String, Entry> changed = new LinkedHashMap<>(entries);
      changed.remove(key);
      return new Mapping(at, changed);
    }

    @Override
    public String describe() {
      return "a mapping";
    }
  }

  /** Whether this is YAML's null or an empty value. */
  default boolean isNull() {
    return this instanceof Scalar scalar && scalar.text() == null;
  }
}
