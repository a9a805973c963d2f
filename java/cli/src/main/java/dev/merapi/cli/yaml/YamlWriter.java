package dev.merapi.cli.yaml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a {@link Tree} as YAML, or as plain Java objects. */
public final class YamlWriter {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .build();

  private YamlWriter() {}

  /** The text of a file with this tree; comments are not part of it. */
  public static String write(Tree tree) {
    try {
      return YAML.writeValueAsString(plain(tree));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that is no YAML: " + tree, e);
    }
  }

  /** Lists, maps in the order of keys, numbers, truth values, texts and null. */
  public static Object plain(Tree tree) {
    if (tree instanceof Tree.Sequence sequence) {
      return sequence.items().stream().map(YamlWriter::plain).toList();
    }
    if (tree instanceof Tree.Mapping mapping) {
      Map<String, Object> plain = new LinkedHashMap<>();
      mapping.entries().forEach((key, entry) -> plain.put(key, plain(entry.value())));
      return plain;
    }
    String text = ((Tree.Scalar) tree).text();
    if (text == null || !text.matches("true|false|-?\\d.*")) {
      return text;
    }
    if (text.matches("true|false")) {
      return Boolean.valueOf(text);
    }
    if (text.matches("-?(0|[1-9]\\d{0,17})")) {
      return Long.valueOf(text);
    }
    return text.matches("-?\\d+(\\.\\d*)?([eE][+-]?\\d+)?") && !text.matches("-?0\\d.*")
        ? (Object) Double.valueOf(text)
        : text;
  }
}
