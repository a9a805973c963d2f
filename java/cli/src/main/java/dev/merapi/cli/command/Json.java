package dev.merapi.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;

/** Results as one line of JSON. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  /** The object as one line; keys keep their order. */
  static String line(Map<String, ?> result) {
    try {
      return MAPPER.writeValueAsString(result);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a result that is no JSON: " + result, e);
    }
  }

  /** A figure with three decimals, for times and speeds, whose further digits mean nothing. */
  static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
