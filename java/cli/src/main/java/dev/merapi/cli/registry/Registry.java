package dev.merapi.cli.registry;

import io.github.classgraph.ClassGraph;
import io.github.classgraph.ClassInfo;
import io.github.classgraph.ScanResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The alternatives of every kind, by name: the public records under {@code dev.merapi} with a file
 * of their own that implement the kind's interface. Adding a layer, a loss or a model is adding its
 * file.
 */
public final class Registry {
  private static final String PACKAGE = "dev.merapi";

  private final Map<Kind, Map<String, Alternative>> alternatives = new LinkedHashMap<>();

  /** Looks for the implementations of some kinds. */
  public Registry(List<Kind> kinds) {
    List<Class<?>> records = records();
    for (Kind kind : kinds) {
      Map<String, Alternative> byName = new TreeMap<>();
      for (Class<?> type : records) {
        if (kind.includes(type)) {
          add(byName, new Alternative(kind.naming().of(type), type));
        }
      }
      alternatives.put(kind, byName);
    }
  }

  private static List<Class<?>> records() {
    try (ScanResult scan = new ClassGraph().acceptPackages(PACKAGE).enableClassInfo().scan()) {
      List<Class<?>> records = new ArrayList<>();
      for (ClassInfo info : scan.getAllRecords()) {
        if (info.isPublic() && !info.isInnerClass()) {
          records.add(info.loadClass());
        }
      }
      return records;
    }
  }

  private static void add(Map<String, Alternative> byName, Alternative alternative) {
    Alternative other = byName.put(alternative.name(), alternative);
    if (other != null) {
      throw new IllegalStateException(
          other.type() + " and " + alternative.type() + " are both named " + alternative.name());
    }
  }

  /** The kinds, in the order in which they were given. */
  public Collection<Kind> kinds() {
    return Collections.unmodifiableCollection(alternatives.keySet());
  }

  /** The kind of values of a type, if its values are chosen by name. */
  public Optional<Kind> kind(Class<?> type) {
    return kinds().stream().filter(kind -> kind.type() == type).findFirst();
  }

  /** The alternatives of a kind by name, in alphabetical order. */
  public Map<String, Alternative> alternatives(Kind kind) {
    return Collections.unmodifiableMap(alternatives.get(kind));
  }
}
