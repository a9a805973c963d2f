package dev.merapi.cli.yaml;

import dev.merapi.core.tensor.Shape;
import dev.merapi.train.BatchSize;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The simple values of a job file: numbers, truth values, texts, enum constants, shapes. */
final class Scalars {
  private record Parser(String expected, Function<String, Object> parse) {}

  private static final Map<Class<?>, Parser> PARSERS =
      Map.of(
          int.class, new Parser("an integer", Integer::decode),
          Integer.class, new Parser("an integer", Integer::decode),
          long.class, new Parser("an integer", Long::decode),
          double.class, new Parser("a number", Scalars::number),
          Double.class, new Parser("a number", Scalars::number),
          boolean.class, new Parser("true or false", Scalars::truth),
          String.class, new Parser("a text", text -> text),
          BatchSize.class, new Parser("an integer from 1 on or all", BatchSize::valueOf));

  private Scalars() {}

  static boolean knows(Class<?> type) {
    return PARSERS.containsKey(type) || type.isEnum() || type == Shape.class;
  }

  static Object value(Tree tree, Class<?> type, String path) {
    if (type == Shape.class) {
      return shape(tree, path);
    }
    Parser parser = type.isEnum() ? constants(type) : PARSERS.get(type);
    if (tree instanceof Tree.Scalar scalar && scalar.text() != null) {
      try {
        return parser.parse().apply(scalar.text());
      } catch (IllegalArgumentException e) {
        throw wrong(tree, parser.expected(), path);
      }
    }
    throw wrong(tree, parser.expected(), path);
  }

  private static YamlException wrong(Tree tree, String expected, String path) {
    return new YamlException(
        tree.at(),
        "%s: expected %s, found %s",
        RecordMapper.named(path),
        expected,
        tree.describe());
  }

  private static Shape shape(Tree tree, String path) {
    if (!(tree instanceof Tree.Sequence sequence)) {
      throw wrong(tree, "a list of sizes", path);
    }
    List<Integer> dims =
        sequence.items().stream().map(item -> (Integer) value(item, int.class, path)).toList();
    try {
      return Shape.of(dims);
    } catch (IllegalArgumentException e) {
      throw new YamlException(tree.at(), "%s: %s", path, e.getMessage());
    }
  }

  /** Enum constants are written in lower case; {@code SAME_UPPER} as {@code sameUpper}. */
  private static Parser constants(Class<?> type) {
    Map<String, Object> byName =
        Arrays.stream(type.getEnumConstants())
            .collect(Collectors.toMap(c -> camel(((Enum<?>) c).name()), c -> c));
    return new Parser(
        "one of " + byName.keySet().stream().sorted().toList(),
        text -> {
          if (!byName.containsKey(text)) {
            throw new IllegalArgumentException(text);
          }
          return byName.get(text);
        });
  }

  private static String camel(String constant) {
    StringBuilder name = new StringBuilder();
    for (String word : constant.toLowerCase(Locale.ROOT).split("_")) {
      name.append(
          name.length() == 0 ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return name.toString();
  }

  private static Object number(String text) {
    return switch (text) {
      case ".inf", "+.inf" -> Double.POSITIVE_INFINITY;
      case "-.inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static Object truth(String text) {
    if (text.equals("true") || text.equals("false")) {
      return Boolean.valueOf(text);
    }
    throw new IllegalArgumentException(text);
  }
}
