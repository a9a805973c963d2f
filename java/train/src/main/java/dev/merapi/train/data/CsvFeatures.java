package dev.merapi.train.data;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the columns of a table become features, as it was fitted to a training file: a numeric column
 * is one, a categorical one has one for each of its values, 1 for that in the cell and else 0.
 */
public final class CsvFeatures {
  private final List<Column> columns;
  private final int width;
  private final int tableColumns;
  private final int target;
  private final boolean header;
  private final MissingValues missing;

  /**
   * A column that is read.
   *
   * @param index in the training file
   * @param values of a categorical column; null of a numeric one
   * @param mean of a numeric column, where it replaces what is missing
   */
  private record Column(int index, List<String> values, float mean) {
    int width() {
      return values == null ? 1 : values.size();
    }
  }

  private CsvFeatures(List<Column> columns, int tableColumns, int target, Csv options) {
    this.columns = columns;
    this.width = columns.stream().mapToInt(Column::width).sum();
    this.tableColumns = tableColumns;
    this.target = target;
    this.header = options.header();
    this.missing = options.missing();
  }

  /** So many numbers without a header, and maybe a target behind them. */
  public static CsvFeatures numbers(int count) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      columns.add(new Column(i, null, 0));
    }
    return new CsvFeatures(columns, count + 1, count, new Csv("").header(false));
  }

  static CsvFeatures fit(CsvTable trained, Csv options) {
    int target = trained.column("a target", options.target());
    List<Integer> categorical = columns(trained, "a categorical", options.categorical());
    List<Integer> ignored = columns(trained, "an ignored", options.ignore());
    if (categorical.contains(target) || ignored.contains(target)) {
      throw new DataException(
          trained.file() + ": the target column is neither categorical nor ignored");
    }
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < trained.columns(); i++) {
      if (i == target || ignored.contains(i)) {
        continue;
      }
      if (categorical.contains(i)) {
        columns.add(new Column(i, values(trained.classNames(i), options.missing()), 0));
      } else {
        boolean filled = options.missing() == MissingValues.MEAN;
        columns.add(new Column(i, null, filled ? trained.mean(i) : 0));
      }
    }
    if (columns.isEmpty()) {
      throw new DataException(trained.file() + ": expected a column of features, found none");
    }
    return new CsvFeatures(columns, trained.columns(), target, options);
  }

  private static List<String> values(List<String> names, MissingValues missing) {
    return missing == MissingValues.ERROR
        ? names
        : names.stream().filter(name -> !CsvTable.isMissing(name)).toList();
  }

  private static List<Integer> columns(CsvTable table, String what, List<String> wanted) {
    return wanted.stream().map(name -> table.column(what, name)).toList();
  }

  /** The number of features of a row. */
  public int width() {
    return width;
  }

  /** The rows that count: all, or those in which nothing is missing. */
  CsvTable rows(CsvTable table) {
    if (missing != MissingValues.DROP) {
      return table;
    }
    CsvTable whole =
        table.without(
            row ->
                table.missing(row, target)
                    || columns.stream().anyMatch(c -> table.missing(row, c.index)));
    if (whole.rows().isEmpty()) {
      throw new DataException(table.file() + ": expected a row in which nothing is missing");
    }
    return whole;
  }

  /** The features of all rows, F32 [rows, width]. */
  HostTensor encode(CsvTable table) {
    boolean withoutTarget = table.columns() < tableColumns;
    HostTensor features = HostTensor.zeros(TensorType.f32(table.rows().size(), width));
    int next = 0;
    for (int row = 0; row < table.rows().size(); row++) {
      for (Column column : columns) {
        int index = column.index - (withoutTarget && column.index > target ? 1 : 0);
        encode(table, row, index, column, features, next);
        next += column.width();
      }
    }
    return features;
  }

  private void encode(
      CsvTable table, int row, int index, Column column, HostTensor features, int at) {
    boolean replaced = missing == MissingValues.MEAN && table.missing(row, index);
    if (column.values == null) {
      features.set(at, replaced ? column.mean : table.number(row, index));
    } else if (!replaced) {
      features.set(at + table.label(row, index, column.values), 1);
    }
  }

  /**
   * Reads rows to predict by name, such as {@code new.csv:2}.
   *
   * @param file like the training file; the target column may be missing
   * @return inputs F32 [width] by file and line
   * @throws DataException when the file cannot be read or has other columns
   */
  public Map<String, HostTensor> rows(Path file) {
    CsvTable table = CsvTable.read(file, header, 1);
    if (table.columns() != tableColumns && table.columns() != tableColumns - 1) {
      throw new DataException(
          "%s: expected %d columns, or %d with the target, found %d"
              .formatted(file, tableColumns - 1, tableColumns, table.columns()));
    }
    HostTensor all = encode(table);
    Map<String, HostTensor> rows = new LinkedHashMap<>();
    for (int row = 0; row < table.rows().size(); row++) {
      HostTensor input = HostTensor.zeros(TensorType.f32(width));
      for (int i = 0; i < width; i++) {
        input.set(i, all.get(row * width + i));
      }
      rows.put(file + ":" + table.rows().get(row).getStartingLineNumber(), input);
    }
    return rows;
  }
}
