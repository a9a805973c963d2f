package dev.merapi.cli.yaml;

import dev.merapi.cli.registry.Alternative;
import dev.merapi.cli.registry.Kind;
import dev.merapi.cli.registry.Option;
import dev.merapi.cli.registry.Registry;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sets a key of a tree before it is mapped: {@code optimizer.sgd.learningRate=0.1}.
 *
 * <p>It follows the types, because a key of another alternative replaces the alternative: setting
 * {@code optimizer.adam.beta1} in a job that has {@code sgd} leaves no {@code sgd}.
 */
public final class TreeEditor {
  private final Registry registry;

  public TreeEditor(Registry registry) {
    this.registry = registry;
  }

  /**
   * A copy of the tree with one key set.
   *
   * @param type what the tree will be mapped to
   * @param setting {@code key.key=value}, the value being YAML
   * @throws YamlException when the setting has another form or leads through a value
   */
  public Tree set(Tree tree, Class<?> type, String setting) {
    int equals = setting.indexOf('=');
    Location at = new Location("--set " + setting, 0);
    if (equals < 1) {
      throw new YamlException(at, "expected key=value");
    }
    Tree value = YamlReader.readInline(at.source(), setting.substring(equals + 1));
    return set(tree, type, setting.substring(0, equals), value);
  }

  /**
   * A copy of the tree with one key set.
   *
   * @param key {@code key.key}
   * @param value knows its place, which errors name
   * @throws YamlException when the key leads through a value
   */
  public Tree set(Tree tree, Class<?> type, String key, Tree value) {
    return new Edit(value.at(), value).apply(tree, type, List.of(key.split("\\.", -1)));
  }

  private final class Edit {
    private final Location at;
    private final Tree value;

    Edit(Location at, Tree value) {
      this.at = at;
      this.value = value;
    }

    private Tree apply(Tree tree, Type type, List<String> keys) {
      if (keys.isEmpty()) {
        return value;
      }
      if (type instanceof ParameterizedType generic && generic.getRawType() != Map.class) {
        // Deferred, or a list that may be written as its only element
        Type argument = generic.getActualTypeArguments()[0];
        return generic.getRawType() != Deferred.class && tree instanceof Tree.Sequence sequence
            ? element(sequence, argument, keys)
            : apply(tree, argument, keys);
      }
      if (tree instanceof Tree.Sequence sequence) {
        return element(sequence, type, keys);
      }
      Optional<Kind> kind =
          type instanceof Class<?> target ? registry.kind(target) : Optional.empty();
      return kind.isPresent()
          ? choice(tree, kind.get(), keys)
          : keyed(mapping(tree, keys), type, keys);
    }

    private Tree element(Tree.Sequence sequence, Type type, List<String> keys) {
      String key = keys.get(0);
      List<Tree> items = new ArrayList<>(sequence.items());
      if (!key.matches("\\d{1,9}") || Integer.parseInt(key) >= items.size()) {
        throw new YamlException(
            at, "expected a position from 0 to %d, found '%s'", items.size() - 1, key);
      }
      items.set(
          Integer.parseInt(key),
          apply(items.get(Integer.parseInt(key)), type, keys.subList(1, keys.size())));
      return new Tree.Sequence(sequence.at(), items);
    }

    private Tree choice(Tree tree, Kind kind, List<String> keys) {
      Choice old = tree == null || tree.isNull() ? null : Choice.of(tree, kind, keys.get(0));
      String name = keys.get(0);
      Tree options = old != null && old.name().equals(name) ? old.options() : null;
      Alternative found = registry.alternatives(kind).get(name);
      Type type = found == null ? Object.class : found.type();
      Tree changed = apply(options, type, keys.subList(1, keys.size()));
      return new Tree.Mapping(at, Map.of(name, new Tree.Entry(at, changed)));
    }

    private Tree.Mapping mapping(Tree tree, List<String> keys) {
      if (tree == null || tree.isNull()) {
        return new Tree.Mapping(tree == null ? at : tree.at(), Map.of());
      }
      if (tree instanceof Tree.Mapping mapping) {
        return mapping;
      }
      throw new YamlException(at, "there is no '%s' in %s", keys.get(0), tree.describe());
    }

    private Tree keyed(Tree.Mapping mapping, Type type, List<String> keys) {
      String key = keys.get(0);
      Tree old = mapping.get(key);
      Tree changed = apply(old, typeOf(type, key), keys.subList(1, keys.size()));
      return mapping.with(key, new Tree.Entry(at, changed));
    }

    /** The type of a record's component; unknown keys are the mapper's to report. */
    private Type typeOf(Type type, String key) {
      if (type instanceof Class<?> target && target.isRecord()) {
        for (Option option : Option.of(target)) {
          if (option.name().equals(key)) {
            return option.type();
          }
        }
      }
      return Object.class;
    }
  }
}
