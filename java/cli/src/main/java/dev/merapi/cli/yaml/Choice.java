package dev.merapi.cli.yaml;

import dev.merapi.cli.registry.Kind;
import java.util.Map;

/**
 * One of several alternatives with its options, as written: {@code cosine}, {@code {sgd:
 * {learningRate: 0.1}}}, or {@code {dataset: mnist, split: train}} for a kind with a tag.
 *
 * @param at where the name was written
 * @param name the alternative's name
 * @param options its options
 * @param tagged whether the options stand beside the name
 */
public record Choice(Location at, String name, Tree.Mapping options, boolean tagged) {
  /**
   * Reads a choice.
   *
   * @throws YamlException when the tree has another form
   */
  public static Choice of(Tree tree, Kind kind, String path) {
    if (tree instanceof Tree.Scalar scalar && scalar.text() != null) {
      return new Choice(
          tree.at(), scalar.text(), new Tree.Mapping(tree.at(), Map.of()), kind.tag() != null);
    }
    if (tree instanceof Tree.Mapping mapping) {
      return kind.tag() == null ? wrapped(mapping, kind, path) : tagged(mapping, kind, path);
    }
    throw new YamlException(
        tree.at(), "%s: expected one %s, found %s", path, kind.noun(), tree.describe());
  }

  private static Choice wrapped(Tree.Mapping mapping, Kind kind, String path) {
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
      return new Choice(at, only.getKey(), new Tree.Mapping(at, Map.of()), false);
    }
    if (options instanceof Tree.Mapping keys) {
      return new Choice(at, only.getKey(), new Tree.Mapping(at, keys.entries()), false);
    }
    throw new YamlException(
        at, "%s.%s: expected options, found %s", path, only.getKey(), options.describe());
  }

  private static Choice tagged(Tree.Mapping mapping, Kind kind, String path) {
    if (mapping.get(kind.tag()) instanceof Tree.Scalar name && name.text() != null) {
      return new Choice(name.at(), name.text(), mapping.without(kind.tag()), true);
    }
    throw new YamlException(
        mapping.at(), "%s: expected '%s' with a %s's name", path, kind.tag(), kind.noun());
  }

  /** The path of the options, for error messages. */
  String path(String parent) {
    return tagged ? parent : parent + "." + name;
  }

  /** A copy with one more option. */
  public Choice with(String key, Tree.Entry value) {
    return new Choice(at, name, options.with(key, value), tagged);
  }

  /** The choice as a tree again. */
  public Tree.Mapping toTree(Kind kind) {
    if (kind.tag() != null) {
      return options.with(kind.tag(), new Tree.Entry(at, new Tree.Scalar(at, name)));
    }
    return new Tree.Mapping(at, Map.of(name, new Tree.Entry(at, options)));
  }
}
