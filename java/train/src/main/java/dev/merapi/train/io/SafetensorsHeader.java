package dev.merapi.train.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.DataException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The JSON header of a safetensors file: where each tensor lies, in the order of the data. */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {
  private static final String METADATA = "__metadata__";
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** One tensor; its bytes are begin (inclusive) to end (exclusive) behind the header. */
  record Entry(String name, TensorType type, long begin, long end) {}

  static SafetensorsHeader of(Map<String, TensorType> tensors, Map<String, String> metadata) {
    List<Entry> entries = new ArrayList<>();
    long begin = 0;
    for (Map.Entry<String, TensorType> tensor : tensors.entrySet()) {
      if (tensor.getKey().equals(METADATA)) {
        throw new IllegalArgumentException("no tensor may be named " + METADATA);
      }
      TensorType type = tensor.getValue();
      entries.add(new Entry(tensor.getKey(), type, begin, begin + type.bytes()));
      begin += type.bytes();
    }
    return new SafetensorsHeader(entries, metadata);
  }

  String toJson() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      if (!metadata.isEmpty()) {
        json.writeObjectFieldStart(METADATA);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.writeStringField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
      }
      for (Entry entry : entries) {
        json.writeObjectFieldStart(entry.name());
        json.writeStringField("dtype", entry.type().dtype().name());
        json.writeFieldName("shape");
        int[] shape = entry.type().shape().toArray();
        json.writeArray(shape, 0, shape.length);
        json.writeFieldName("data_offsets");
        json.writeArray(new long[] {entry.begin(), entry.end()}, 0, 2);
        json.writeEndObject();
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** Parses and checks a header; {@code dataBytes} is what the file has behind it. */
  static SafetensorsHeader parse(Path file, byte[] bytes, long dataBytes) {
    try (JsonParser json = JSON.createParser(bytes)) {
      SafetensorsHeader header = new Reading(json).header();
      header.checkOffsets(dataBytes);
      return header;
    } catch (IOException | IllegalArgumentException e) {
      String reason = e.getMessage().lines().findFirst().orElse("");
      throw new DataException(file + ": the header is damaged (" + reason + ")", e);
    }
  }

  private void checkOffsets(long dataBytes) {
    long end = 0;
    for (Entry entry : entries) {
      if (entry.begin() != end || entry.end() - entry.begin() != entry.type().bytes()) {
        throw new IllegalArgumentException(
            String.format(
                "expected data_offsets [%d, %d] of %s %s, found [%d, %d]",
                end,
                end + entry.type().bytes(),
                entry.name(),
                entry.type(),
                entry.begin(),
                entry.end()));
      }
      end = entry.end();
    }
    if (end != dataBytes) {
      throw new IllegalArgumentException("expected " + end + " bytes of data, found " + dataBytes);
    }
  }

  /** The reading of one header; what is not as expected is an {@link IllegalArgumentException}. */
  private record Reading(JsonParser json) {
    SafetensorsHeader header() throws IOException {
      List<Entry> entries = new ArrayList<>();
      Map<String, String> metadata = new LinkedHashMap<>();
      expect(json.nextToken(), JsonToken.START_OBJECT, "the header");
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        expect(json.nextToken(), JsonToken.START_OBJECT, name);
        if (name.equals(METADATA)) {
          readMetadata(metadata);
        } else {
          entries.add(entry(name));
        }
      }
      if (json.nextToken() != null) {
        throw new IllegalArgumentException("expected nothing behind the JSON object");
      }
      entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
      return new SafetensorsHeader(entries, metadata);
    }

    private void readMetadata(Map<String, String> metadata) throws IOException {
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        expect(json.nextToken(), JsonToken.VALUE_STRING, METADATA + "." + key);
        metadata.put(key, json.getText());
      }
    }

    private Entry entry(String name) throws IOException {
      DType dtype = null;
      List<Long> shape = null;
      List<Long> offsets = null;
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        switch (key) {
          case "dtype" -> dtype = dtype(name);
          case "shape" -> shape = numbers(name + ".shape", Integer.MAX_VALUE);
          case "data_offsets" -> offsets = numbers(name + ".data_offsets", 1L << 48);
          default -> throw new IllegalArgumentException(name + " has an unknown key " + key);
        }
      }
      if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
        throw new IllegalArgumentException(name + ": expected dtype, shape and two data_offsets");
      }
      Shape dims = Shape.of(shape.stream().mapToInt(Long::intValue).toArray());
      return new Entry(name, new TensorType(dtype, dims), offsets.get(0), offsets.get(1));
    }

    private DType dtype(String name) throws IOException {
      expect(json.currentToken(), JsonToken.VALUE_STRING, name + ".dtype");
      String text = json.getText();
      for (DType dtype : DType.values()) {
        if (dtype.name().equals(text)) {
          return dtype;
        }
      }
      throw new IllegalArgumentException(
          name + ": expected dtype " + List.of(DType.values()) + ", found " + text);
    }

    private List<Long> numbers(String where, long max) throws IOException {
      expect(json.currentToken(), JsonToken.START_ARRAY, where);
      List<Long> numbers = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, where);
        numbers.add(json.getLongValue());
      }
      if (numbers.stream().anyMatch(number -> number < 0 || number > max)) {
        throw new IllegalArgumentException(where + " is out of range: " + numbers);
      }
      return numbers;
    }

    private static void expect(JsonToken found, JsonToken expected, String where) {
      if (found != expected) {
        throw new IllegalArgumentException(where + ": expected " + expected + ", found " + found);
      }
    }
  }
}
