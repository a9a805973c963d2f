package dev.merapi.cli.tune;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.merapi.cli.job.UsageException;
import dev.merapi.train.data.DataException;
import dev.merapi.train.io.AtomicFile;
import dev.merapi.train.io.OutputException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The trials of a search as JSON Lines: a line that says which search it is, then one for each rung
 * of each trial. A trial is there when it has ended; what a kill cut off is not.
 *
 * <p>Source: <a href="https://jsonlines.org">jsonlines.org</a>.
 */
public final class TrialLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final List<Trial> trials = new ArrayList<>();

  /** Whole lines, from which the file is made anew when something is added. */
  private final StringBuilder kept;

  private BufferedWriter writer;

  private TrialLog(Path file, String head) {
    this.file = file;
    this.kept = new StringBuilder(head);
  }

  /**
   * Begins a log, or goes on with one; nothing is written before there is a trial.
   *
   * @param space of the search
   * @param settings of the search, which a log to go on with must share
   * @throws UsageException when it is that of another search
   * @throws DataException when it is damaged
   */
  public static TrialLog open(Path file, SearchSpace space, Map<String, Object> settings) {
    String head = line(settings);
    TrialLog log = new TrialLog(file, head);
    try {
      if (Files.exists(file)) {
        log.read(Files.readString(file), head, space);
      }
      return log;
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  private void read(String text, String head, SearchSpace space) throws IOException {
    List<String> whole = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    for (int i = 0; i < whole.size(); i++) {
      if (i == 0) {
        requireSame(JSON.readTree(whole.get(0)), JSON.readTree(head));
      } else {
        trials.add(parse(whole.get(i), space));
        kept.append(whole.get(i)).append('\n');
      }
    }
  }

  private Trial parse(String line, SearchSpace space) throws IOException {
    try {
      JsonNode json = JSON.readTree(line);
      List<Double> point = Trial.point(json);
      return Trial.of(json, point, space.parameters(point));
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new DataException(file + ": expected a trial, found " + line, e);
    }
  }

  private void requireSame(JsonNode found, JsonNode expected) {
    TreeSet<String> keys = new TreeSet<>();
    for (JsonNode side : List.of(found, expected)) {
      for (Iterator<String> names = side.fieldNames(); names.hasNext(); ) {
        keys.add(names.next());
      }
    }
    for (String key : keys) {
      if (!found.path(key).equals(expected.path(key))) {
        throw new UsageException(
            "%s: is of another search, whose %s was %s; expected %s",
            file, key, found.path(key), expected.path(key));
      }
    }
  }

  private static String line(Map<String, Object> json) {
    try {
      return JSON.writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a line that is no JSON: " + json, e);
    }
  }

  /** All that has ended, in the order in which it did. */
  public List<Trial> trials() {
    return List.copyOf(trials);
  }

  /** What was found of a trial on a rung. */
  Optional<Trial> find(int number, int epochs) {
    return trials.stream().filter(t -> t.number() == number && t.epochs() == epochs).findFirst();
  }

  /**
   * Adds a trial, which is in the file when this returns.
   *
   * @throws OutputException when it cannot be written
   */
  public void append(Trial trial) {
    try {
      if (writer == null) {
        AtomicFile.write(file, kept.toString());
        writer = Files.newBufferedWriter(file, StandardOpenOption.APPEND);
      }
      writer.write(line(trial.toJson()));
      writer.flush();
    } catch (IOException e) {
      throw new OutputException(file, "cannot be written", e);
    }
    trials.add(trial);
  }

  @Override
  public void close() {
    BufferedWriter closing = writer;
    try (closing) {
      return; // null is nothing to close
    } catch (IOException e) {
      throw new OutputException(file, "cannot be closed", e);
    }
  }
}
