package dev.merapi.cli.yaml;

import dev.merapi.cli.registry.Alternative;
import dev.merapi.cli.registry.Kind;
import dev.merapi.cli.registry.Option;
import dev.merapi.cli.registry.Registry;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Maps a {@link Tree} to records: a mapping's keys are the record's components, a component with a
 * {@code @Default} may be left out, and a type that the {@link Registry} knows is chosen by name.
 * Unknown and missing keys and values of a wrong type are errors that name file, line and key.
 */
public final class RecordMapper {
  private final Registry registry;

  public RecordMapper(Registry registry) {
    this.registry = registry;
  }

  /**
   * The tree as a value of a type.
   *
   * @param path the key under which the tree was found, for error messages; may be empty
   * @throws YamlException when the tree does not fit
   */
  public <T> T map(Tree tree, Class<T> type, String path) {
    Tree keys = tree.isNull() && type.isRecord() ? mapping(tree, path) : tree;
    return type.cast(value(keys, type, path));
  }

  private Object value(Tree tree, Type type, String path) {
    if (type instanceof ParameterizedType generic) {
      return generic(tree, generic, path);
    }
    Class<?> target = (Class<?>) type;
    if (Scalars.knows(target)) {
      return Scalars.value(tree, target, path);
    }
    Optional<Kind> kind = registry.kind(target);
    if (kind.isPresent()) {
      return tree instanceof Tree.Sequence sequence && kind.get().row() != null
          ? row(sequence, kind.get(), path)
          : choice(tree, kind.get(), path);
    }
    if (target.isRecord()) {
      return instance(mapping(tree, path), target, path);
    }
    throw new IllegalStateException(path + ": a job file cannot hold a " + target.getName());
  }

  private Object generic(Tree tree, ParameterizedType type, String path) {
    Type[] arguments = type.getActualTypeArguments();
    if (type.getRawType() == Deferred.class) {
      return tree.isNull() ? null : new Deferred<>(tree);
    }
    return type.getRawType() == Map.class
        ? byKey(mapping(tree, path), arguments[1], path)
        : list(tree, arguments[0], path);
  }

  private Map<String, Object> byKey(Tree.Mapping mapping, Type type, String path) {
    Map<String, Object> values = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach((key, entry) -> values.put(key, value(entry.value(), type, path + "." + key)));
    return values;
  }

  /** One alternative needs no list around it, and none is no list. */
  private List<Object> list(Tree tree, Type element, String path) {
    boolean chosen = element instanceof Class<?> type && registry.kind(type).isPresent();
    if (chosen && tree.isNull()) {
      return List.of();
    }
    if (chosen && !(tree instanceof Tree.Sequence)) {
      return List.of(value(tree, element, path));
    }
    if (!(tree instanceof Tree.Sequence sequence)) {
      throw new YamlException(
          tree.at(), "%s: expected a list, found %s", named(path), tree.describe());
    }
    List<Object> values = new ArrayList<>();
    for (Tree item : sequence.items()) {
      values.add(value(item, element, path + "[" + values.size() + "]"));
    }
    return List.copyOf(values);
  }

  /** A list where one value is expected. */
  private Object row(Tree.Sequence sequence, Kind kind, String path) {
    try {
      return kind.row().apply(items(sequence, kind, path));
    } catch (IllegalArgumentException e) {
      throw new YamlException(sequence.at(), "%s: %s", path, e.getMessage());
    }
  }

  /**
   * The items of a list of alternatives, with the names that they have, and what they take.
   *
   * @throws YamlException when one does not fit
   */
  public List<Kind.Item> items(Tree.Sequence sequence, Kind kind, String path) {
    List<Kind.Item> items = new ArrayList<>();
    for (Tree tree : sequence.items()) {
      items.add(item(tree, kind, path + "[" + items.size() + "]"));
    }
    return items;
  }

  private Kind.Item item(Tree tree, Kind kind, String path) {
    if (!(tree instanceof Tree.Mapping mapping)) {
      return new Kind.Item(null, List.of(), value(tree, kind.type(), path));
    }
    Tree name = mapping.get("name");
    return new Kind.Item(
        name == null ? null : (String) value(name, String.class, path + ".name"),
        from(mapping.get("from"), path + ".from"),
        value(mapping.without("name").without("from"), kind.type(), path));
  }

  /** One name needs no list around it. */
  private List<String> from(Tree tree, String path) {
    if (tree == null) {
      return List.of();
    }
    return tree instanceof Tree.Sequence
        ? list(tree, String.class, path).stream().map(String.class::cast).toList()
        : List.of((String) value(tree, String.class, path));
  }

  private static Tree.Mapping mapping(Tree tree, String path) {
    if (tree.isNull()) {
      return new Tree.Mapping(tree.at(), Map.of());
    }
    if (tree instanceof Tree.Mapping mapping) {
      return mapping;
    }
    throw new YamlException(
        tree.at(), "%s: expected keys with values, found %s", named(path), tree.describe());
  }

  private Object choice(Tree tree, Kind kind, String path) {
    Choice choice = Choice.of(tree, kind, path);
    Alternative found = alternative(choice, kind, path);
    return instance(choice.options(), found.type(), path + "." + choice.name());
  }

  /**
   * The alternative that a choice names.
   *
   * @throws YamlException when there is none of that name
   */
  public Alternative alternative(Choice choice, Kind kind, String path) {
    Map<String, Alternative> known = registry.alternatives(kind);
    Alternative found = known.get(choice.name());
    if (found == null) {
      throw new YamlException(
          choice.at(),
          "%s: unknown %s '%s'%s",
          named(path),
          kind.noun(),
          choice.name(),
          Suggestion.of(choice.name(), known.keySet()));
    }
    return found;
  }

  private Object instance(Tree.Mapping mapping, Class<?> type, String path) {
    List<Option> options = Option.of(type);
    List<String> known = options.stream().map(Option::name).toList();
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              if (!known.contains(key)) {
                throw new YamlException(
                    entry.at(),
                    "unknown key '%s'%s%s",
                    key,
                    path.isEmpty() ? "" : " in " + path,
                    Suggestion.of(key, known));
              }
            });
    Object[] values = options.stream().map(option -> option(mapping, option, path)).toArray();
    return construct(mapping, type, values, path);
  }

  private Object option(Tree.Mapping mapping, Option option, String path) {
    String key = path.isEmpty() ? option.name() : path + "." + option.name();
    Tree given = mapping.get(option.name());
    if (given == null && !option.hasDefault()) {
      throw new YamlException(
          mapping.at(), "missing key '%s'%s", option.name(), path.isEmpty() ? "" : " in " + path);
    }
    Tree preset =
        option.hasDefault()
            ? YamlReader.readInline("default of " + key, option.defaultText())
            : null;
    Tree tree = given == null ? preset : given;
    // null is none: where that is the default, and of keys with values that need not be there
    boolean optional = preset != null && (preset.isNull() || isRecord(option.type()));
    boolean absent = tree.isNull() && optional;
    return absent ? null : value(tree, option.type(), key);
  }

  private static boolean isRecord(Type type) {
    return type instanceof Class<?> known && known.isRecord();
  }

  private static Object construct(
      Tree.Mapping mapping, Class<?> type, Object[] values, String path) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(component -> component.getType())
            .toArray(Class<?>[]::new);
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof IllegalArgumentException) {
        String message = e.getCause().getMessage();
        String where = path.isEmpty() ? "" : path + ": ";
        throw new YamlException(blamed(mapping, message), "%s%s", where, message);
      }
      throw new IllegalStateException(type + " cannot be made from " + mapping, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + " cannot be made from " + mapping, e);
    }
  }

  /** Where the key is that a message begins with, or else the mapping. */
  private static Location blamed(Tree.Mapping mapping, String message) {
    Tree.Entry entry = mapping.entries().get(message.split(" ", 2)[0]);
    return entry == null ? mapping.at() : entry.at();
  }

  static String named(String path) {
    return path.isEmpty() ? "top level" : path;
  }
}
