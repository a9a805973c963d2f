package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A table of numbers with one target column, from CSV files (RFC 4180): inputs F32 [features], and
 * I32 class labels or F32 [1] targets.
 *
 * <p>Class names are whole numbers or texts. The different ones of the training file, sorted (as
 * numbers when all are whole numbers), get the labels 0, 1, ...; the test file may have no others.
 * A relative path is looked for in the working directory and then in the data folders.
 *
 * @param train the file of the split {@code train}
 * @param test the file of the split {@code test}; empty when there is none
 * @param header whether the first line names the columns
 * @param target the target column: its name, or its number from 0 on; -1 is the last one
 * @param regression whether the target is a number instead of a class
 */
public record Csv(
    String train,
    @Default("''") String test,
    @Default("true") boolean header,
    @Default("'-1'") String target,
    @Default("false") boolean regression)
    implements DatasetSource {

  /** A training file with a header, whose last column is the class. */
  public Csv(String train) {
    this(train, "", true, "-1", false);
  }

  public Csv header(boolean header) {
    return new Csv(train, test, header, target, regression);
  }

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public List<String> splits() {
    return test.isEmpty() ? List.of("train") : List.of("train", "test");
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    requireSplit(split);
    CsvTable trained = CsvTable.read(locate(train, where), header);
    CsvTable table = split.equals("train") ? trained : CsvTable.read(locate(test, where), header);
    if (table.columns() != trained.columns()) {
      throw new DataException(
          table.file()
              + ": expected "
              + trained.columns()
              + " columns as in "
              + trained.file()
              + ", found "
              + table.columns());
    }
    int column = trained.column(target);
    HostTensor features = features(table, column);
    String title = table.file().getFileName().toString();
    if (regression) {
      HostTensor targets = HostTensor.zeros(TensorType.f32(table.rows().size(), 1));
      for (int i = 0; i < table.rows().size(); i++) {
        targets.set(i, table.number(i, column));
      }
      return new TensorDataset(title, features, targets, 0);
    }
    List<String> names = trained.classNames(column);
    HostTensor labels = HostTensor.zeros(new TensorType(DType.I32, Shape.of(table.rows().size())));
    for (int i = 0; i < table.rows().size(); i++) {
      labels.set(i, table.label(i, column, names));
    }
    return new TensorDataset(title, features, labels, names);
  }

  /**
   * Reads rows to predict by name, such as {@code new.csv:2}.
   *
   * @param file like the training file; the target column may be missing
   * @param count the number of features of a row
   * @return inputs F32 [count] by file and line
   * @throws DataException when the file cannot be read or has other columns
   */
  public Map<String, HostTensor> rows(Path file, int count) {
    CsvTable table = CsvTable.read(file, header, 1);
    if (table.columns() != count && table.columns() != count + 1) {
      throw new DataException(
          "%s: expected %d columns, or %d with the target, found %d"
              .formatted(file, count, count + 1, table.columns()));
    }
    int dropped = table.columns() == count ? -1 : table.column(target);
    HostTensor all = features(table, dropped);
    Map<String, HostTensor> rows = new LinkedHashMap<>();
    for (int row = 0; row < table.rows().size(); row++) {
      HostTensor input = HostTensor.zeros(TensorType.f32(count));
      for (int i = 0; i < count; i++) {
        input.set(i, all.get(row * count + i));
      }
      rows.put(file + ":" + table.rows().get(row).getStartingLineNumber(), input);
    }
    return rows;
  }

  /** All columns but the target; -1 for none. */
  private static HostTensor features(CsvTable table, int target) {
    int rows = table.rows().size();
    HostTensor features =
        HostTensor.zeros(TensorType.f32(rows, table.columns() - (target < 0 ? 0 : 1)));
    int next = 0;
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < table.columns(); column++) {
        if (column != target) {
          features.set(next++, table.number(row, column));
        }
      }
    }
    return features;
  }

  private static Path locate(String file, DataDirectories where) {
    Path path = Path.of(file);
    if (Files.isRegularFile(path)) {
      return path;
    }
    return where.places().stream()
        .map(place -> place.resolve(file))
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new DataException(
                    file + ": found no such file in the working directory or " + where.places()));
  }
}
