package dev.merapi.cli.input;

import dev.merapi.cli.job.UsageException;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.CsvFeatures;
import dev.merapi.train.data.DataException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Rows of numbers: those of a CSV file, or the argument itself, such as {@code 5.1,3.5,1.4}.
 *
 * @param features how the columns of files are read
 * @param type of one row
 */
record RowReader(CsvFeatures features, TensorType type) implements SampleReader {
  @Override
  public List<Sample> read(String argument, Path directory) {
    Path file = directory.resolve(argument);
    if (Files.isRegularFile(file)) {
      return features.rows(file).entrySet().stream()
          .map(row -> new Sample(row.getKey(), row.getValue()))
          .toList();
    }
    if (!argument.matches("[-+0-9.eE,\\s]+")) {
      throw new DataException(file + ": expected a CSV file or numbers, found neither");
    }
    String[] cells = argument.split(",", -1);
    HostTensor row = HostTensor.zeros(type);
    if (cells.length != row.elements()) {
      throw new UsageException(
          "INPUT: expected %d numbers, found %d in '%s'", row.elements(), cells.length, argument);
    }
    for (int i = 0; i < cells.length; i++) {
      try {
        row.set(i, Double.parseDouble(cells[i].strip()));
      } catch (NumberFormatException e) {
        throw new UsageException("INPUT: expected a number, found '%s'", cells[i]);
      }
    }
    return List.of(new Sample(argument, row));
  }
}
