package dev.merapi.train.io;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.merapi.train.data.DataException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The metrics of a training as JSON Lines: an object per line, {@code {"epoch":1,"step":100,...}}.
 *
 * <p>Each line is in the file when {@link #append} returns, so that a training can be watched.
 * Source: <a href="https://jsonlines.org">jsonlines.org</a>.
 */
public final class MetricsJsonl implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EPOCH = "epoch";

  private final Path file;
  private final BufferedWriter writer;

  private MetricsJsonl(Path file) throws IOException {
    this.file = file;
    this.writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
  }

  /**
   * Begins a new file, replacing an old one.
   *
   * @throws OutputException when it cannot be written
   */
  public static MetricsJsonl create(Path file) {
    return begin(file, "");
  }

  /**
   * Goes on with a file: lines of this epoch, which is taken again, and of later ones are dropped,
   * and so is one that was cut off. Without a file a new one is begun.
   *
   * @throws DataException when the file is damaged
   * @throws OutputException when it cannot be written
   */
  public static MetricsJsonl resume(Path file, int epoch) {
    StringBuilder kept = new StringBuilder();
    try {
      String text = Files.readString(file);
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        if (epoch(file, line) < epoch) {
          kept.append(line).append('\n');
        }
      }
    } catch (NoSuchFileException e) {
      return create(file);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
    return begin(file, kept.toString());
  }

  private static long epoch(Path file, String line) throws IOException {
    JsonNode epoch = JSON.readTree(line).path(EPOCH);
    if (!epoch.isIntegralNumber()) {
      throw new DataException(
          file + ": expected objects with a number \"" + EPOCH + "\", found " + line);
    }
    return epoch.asLong();
  }

  private static MetricsJsonl begin(Path file, String lines) {
    ByteBuffer bytes = StandardCharsets.UTF_8.encode(lines);
    try {
      AtomicFile.write(
          file,
          channel -> {
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          });
      return new MetricsJsonl(file);
    } catch (IOException e) {
      throw new OutputException(file, "cannot be written", e);
    }
  }

  /**
   * Adds a line.
   *
   * @param values the metrics by name
   * @throws OutputException when it cannot be written
   */
  public void append(int epoch, long step, Map<String, Double> values) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put(EPOCH, epoch);
    line.put("step", step);
    line.putAll(values);
    try {
      writer.write(JSON.writeValueAsString(line));
      writer.write('\n');
      writer.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("metrics that are no JSON: " + values, e);
    } catch (IOException e) {
      throw new OutputException(file, "cannot be written", e);
    }
  }

  /** Closes the file. */
  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw new OutputException(file, "cannot be closed", e);
    }
  }
}
