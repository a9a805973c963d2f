package dev.merapi.cli.yaml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads YAML into a {@link Tree}, by the streaming parser, so that every key keeps its line. */
public final class YamlReader {
  private static final YAMLFactory YAML = new YAMLFactory();

  private final YAMLParser parser;
  private final String source;
  private final boolean lines;

  private YamlReader(YAMLParser parser, String source, boolean lines) {
    this.parser = parser;
    this.source = source;
    this.lines = lines;
  }

  /**
   * Reads a file's text.
   *
   * @param source the name that errors give the text
   * @throws YamlException when the text is not one YAML document
   */
  public static Tree read(String source, String text) {
    return read(source, text, true);
  }

  /** Reads a short text that has no lines worth naming, such as a default or an option. */
  public static Tree readInline(String source, String text) {
    return read(source, text, false);
  }

  private static Tree read(String source, String text, boolean lines) {
    try (YAMLParser parser = YAML.createParser(text)) {
      YamlReader reader = new YamlReader(parser, source, lines);
      Tree tree =
          parser.nextToken() == null ? new Tree.Scalar(reader.here(), null) : reader.value();
      if (parser.nextToken() != null) {
        throw new YamlException(reader.here(), "expected one YAML document, found another one");
      }
      return tree;
    } catch (JsonProcessingException e) {
      int line = lines && e.getLocation() != null ? e.getLocation().getLineNr() : 0;
      throw new YamlException(
          new Location(source, line),
          "not valid YAML: %s",
          e.getOriginalMessage().lines().findFirst().orElse("unreadable"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Location here() {
    return new Location(source, lines ? parser.currentTokenLocation().getLineNr() : 0);
  }

  private Tree value() throws IOException {
    Location at = here();
    JsonToken token = parser.currentToken();
    if (parser.isCurrentAlias()) {
      throw new YamlException(at, "expected a value, found the alias *%s", parser.getText());
    }
    return switch (token) {
      case START_OBJECT -> mapping(at);
      case START_ARRAY -> sequence(at);
      case VALUE_NULL -> new Tree.Scalar(at, null);
      default -> new Tree.Scalar(at, parser.getText());
    };
  }

  private Tree mapping(Location at) throws IOException {
    Map<String, Tree.Entry> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      Location keyAt = here();
      String key = parser.currentName();
      parser.nextToken();
      if (entries.put(key, new Tree.Entry(keyAt, value())) != null) {
        throw new YamlException(keyAt, "key '%s' is there twice", key);
      }
    }
    return new Tree.Mapping(at, entries);
  }

  private Tree sequence(Location at) throws IOException {
    List<Tree> items = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      items.add(value());
    }
    return new Tree.Sequence(at, items);
  }
}
