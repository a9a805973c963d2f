package dev.merapi.train.io;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.merapi.train.data.DataException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The metrics of a training as a CSV file that grows by one row at a time: {@code
 * epoch,step,train_loss,...}.
 *
 * <p>Each row is in the file when {@link #append} returns, so that a training can be watched. A
 * metric that a row lacks is an empty field.
 */
public final class MetricsCsv implements AutoCloseable {
  private final Path file;
  private final List<String> metrics;
  private final CsvWriter writer;

  private MetricsCsv(Path file, List<String> metrics) throws IOException {
    this.file = file;
    this.metrics = metrics;
    this.writer =
        CsvWriter.builder()
            .lineDelimiter(LineDelimiter.LF)
            .build(file, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
  }

  /**
   * Reads a whole file.
   *
   * @return the columns by name, in the file's order; a field that is empty is NaN
   * @throws DataException when the file is damaged or cannot be read
   */
  public static Map<String, double[]> read(Path file) {
    try {
      List<CsvRecord> records = new ArrayList<>();
      CsvReader.builder().ofCsvRecord(Files.readString(file)).forEach(records::add);
      Map<String, double[]> columns = new LinkedHashMap<>();
      List<String> names = records.isEmpty() ? List.of() : records.get(0).getFields();
      for (int column = 0; column < names.size(); column++) {
        double[] values = new double[records.size() - 1];
        for (int row = 0; row < values.length; row++) {
          String field = records.get(row + 1).getField(column);
          values[row] = field.isEmpty() ? Double.NaN : Double.parseDouble(field);
        }
        columns.put(names.get(column), values);
      }
      return columns;
    } catch (IOException
        | UncheckedIOException
        | CsvParseException
        | NumberFormatException
        | IndexOutOfBoundsException e) {
      throw new DataException(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
  }

  /**
   * Begins a new file with these metrics, replacing an old one.
   *
   * @throws OutputException when it cannot be written
   */
  public static MetricsCsv create(Path file, List<String> metrics) {
    return begin(file, metrics, List.of());
  }

  /**
   * Goes on with a file: rows of this epoch, which is taken again, and of later ones are dropped,
   * and so is one that was cut off. Without a file a new one is begun.
   *
   * @throws DataException when the file is damaged or has other columns
   * @throws OutputException when it cannot be written
   */
  public static MetricsCsv resume(Path file, List<String> metrics, int epoch) {
    List<String> columns = columns(metrics);
    List<List<String>> kept = new ArrayList<>();
    try {
      String text = Files.readString(file);
      String whole = text.substring(0, text.lastIndexOf('\n') + 1);
      List<CsvRecord> records = new ArrayList<>();
      CsvReader.builder().ofCsvRecord(whole).forEach(records::add);
      if (records.isEmpty() || !records.get(0).getFields().equals(columns)) {
        throw new DataException(
            file
                + ": expected the columns "
                + columns
                + ", found "
                + (records.isEmpty() ? "none" : records.get(0).getFields()));
      }
      for (CsvRecord row : records.subList(1, records.size())) {
        if (Integer.parseInt(row.getField(0)) < epoch) {
          kept.add(row.getFields());
        }
      }
    } catch (NoSuchFileException e) {
      return create(file, metrics);
    } catch (IOException | UncheckedIOException | CsvParseException | NumberFormatException e) {
      throw new DataException(file + ": cannot be read (" + e.getMessage() + ")", e);
    }
    return begin(file, metrics, kept);
  }

  private static MetricsCsv begin(Path file, List<String> metrics, List<List<String>> rows) {
    StringWriter text = new StringWriter();
    try {
      try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
        csv.writeRecord(columns(metrics));
        rows.forEach(csv::writeRecord);
      }
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
      AtomicFile.write(
          file,
          channel -> {
            while (bytes.hasRemaining()) {
              channel.write(bytes);
            }
          });
      return new MetricsCsv(file, List.copyOf(metrics));
    } catch (IOException e) {
      throw new OutputException(file, "cannot be written", e);
    }
  }

  private static List<String> columns(List<String> metrics) {
    return Stream.concat(Stream.of("epoch", "step"), metrics.stream()).toList();
  }

  /**
   * Adds a row.
   *
   * @param values the metrics by name
   * @throws IllegalArgumentException when a metric has no column
   * @throws OutputException when it cannot be written
   */
  public void append(int epoch, long step, Map<String, Double> values) {
    if (!metrics.containsAll(values.keySet())) {
      throw new IllegalArgumentException(
          file + ": expected metrics among " + metrics + ", found " + values.keySet());
    }
    List<String> row = new ArrayList<>(List.of(Integer.toString(epoch), Long.toString(step)));
    for (String metric : metrics) {
      Double value = values.get(metric);
      row.add(value == null ? "" : value.toString());
    }
    try {
      writer.writeRecord(row);
      writer.flush();
    } catch (UncheckedIOException e) {
      throw new OutputException(file, "cannot be written", e.getCause());
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
