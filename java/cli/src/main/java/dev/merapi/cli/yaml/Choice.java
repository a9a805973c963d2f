package dev.merapi.cli.yaml;

import dev.merapi.cli.registry.Kind;
import java.util.Map;

/**
 * One of several alternatives with its options, as written: {@code cosine} or {@code {sgd:
 * {learningRate: 0.1}}}.
 *
 * @param at where the name was written
 * @param name the alternative's name
 * @param options its options
 */
public record Choice(Location at, String name, Tree.Mapping options) {
  /**
   * Reads a choice.
   *
   * @throws YamlException when the tree has another form
   */
  public static Choice of(Tree tree, Kind kind, String path) {
    if (tree instanceof Tree.Scalar scalar && scalar.text() != null) {
      return new Choice(tree.at(), scalar.text(), new Tree.Mapping(tree.at(), Map.of()));
    }
    if (tree instanceof Tree.Mapping mapping) {
      return of(mapping, kind, path);
    }
    throw new YamlException(
        tree.at(), "%s: expected one %s, found %s", path, kind.noun(), tree.describe());
  }

  private static Choice of(Tree.Mapping mapping, Kind kind, String path) {
    if (mapping.entries().size() != 1) {
      throw new YamlException(
          mapping.at(),
          "%s: expected one %s, found the keys %s",
          path,
          kind.noun(),
          mapping.entries().keySet());
    }
    Map.Entry<String, Tree.Entry> only = mapping.entries().entrySet().iterator().next();
    Tree options = only.getValue().value();
    Location at = only.getValue().at();
    if (options.isNull()) {
      return new Choice(at, only.getKey(), new Tree.Mapping(at, Map.of()));
    }
    if (options instanceof Tree.Mapping keys) {
      return new Choice(at, only.getKey(), new Tree.Mapping(at, keys.entries()));
    }
    throw new YamlException(
        at, "%s.%s: expected options, found %s", path, only.getKey(), options.describe());
  }

  /** A copy with one more option. */
  public Choice with(String key, Tree value) {
    return new Choice(at, name, options.with(key, new Tree.Entry(at, value)));
  }

  /** The choice as a tree again. */
  public Tree.Mapping toTree() {
    return new Tree.Mapping(at, Map.of(name, new Tree.Entry(at, options)));
  }
}
