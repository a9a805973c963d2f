package dev.merapi.bench.measure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;

/** One JSON object on a line: how processes tell their results. */
public final class JsonLine {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonLine() {}

  /** The object on one line; keys keep their order. */
  public static String of(Map<String, ?> fields) {
    try {
      return MAPPER.writeValueAsString(fields);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("expected plain values, found " + fields, e);
    }
  }

  /**
   * All objects among a process's lines of output; others are for people.
   *
   * @throws IllegalArgumentException when a line begins an object and is none
   */
  public static List<JsonNode> objects(List<String> lines) {
    return lines.stream().filter(line -> line.startsWith("{")).map(JsonLine::parse).toList();
  }

  private static JsonNode parse(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("expected a JSON object, found " + line, e);
    }
  }

  /** A figure with three decimals, whose further digits mean nothing. */
  public static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
