package dev.merapi.train.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;

/**
 * What {@code checkpoint.json} says.
 *
 * @param format {@link #FORMAT}
 * @param version {@link #VERSION}
 * @param step optimizer steps taken
 * @param epoch the pass over the data that the training is in, from 1
 * @param batches how many batches of that pass have been taken
 * @param best the best evaluation so far, or null
 * @param settings what a training that goes on must share, as texts
 * @param environment what equal bits depend on, as texts
 * @param entries the file of each named part
 */
record Manifest(
    String format,
    int version,
    long step,
    int epoch,
    int batches,
    Best best,
    Map<String, String> settings,
    Map<String, String> environment,
    Map<String, String> entries) {
  static final String FORMAT = "merapi-checkpoint";
  static final int VERSION = 1;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** Only the format's name and version: all that may be read of a file of another version. */
  private record Kind(String format, int version) {}

  String toJson() {
    try {
      return JSON.writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads what {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException when it is something else; the message says what
   */
  static Manifest parse(String json) {
    try {
      Kind kind =
          JSON.readerFor(Kind.class)
              .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
              .readValue(json);
      require(kind != null, "expected a JSON object, found null");
      if (!FORMAT.equals(kind.format())) {
        throw new IllegalArgumentException(
            "expected the format " + FORMAT + ", found " + kind.format());
      }
      if (kind.version() != VERSION) {
        throw new IllegalArgumentException(
            "expected format version " + VERSION + ", found " + kind.version());
      }
      Manifest manifest = JSON.readValue(json, Manifest.class);
      manifest.requireSense();
      return manifest;
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  private void requireSense() {
    // a step may have taken several batches
    boolean fits = epoch >= 1 && batches >= 0 && epoch - 1L <= step;
    require(fits, "no training of %d steps is in epoch %d after %d batches", step, epoch, batches);
    boolean past = best == null || best.step() >= 0 && best.step() <= step;
    require(past, "expected the best evaluation before step %d, found %s", step, best);
    requireTexts("settings", settings);
    requireTexts("environment", environment);
    requireTexts("entries", entries);
  }

  private static void requireTexts(String name, Map<String, String> texts) {
    boolean whole = texts != null && !texts.containsValue(null);
    require(whole, "expected texts as %s, found %s", name, texts);
  }

  private static void require(boolean condition, String message, Object... arguments) {
    if (!condition) {
      throw new IllegalArgumentException(message.formatted(arguments));
    }
  }
}
