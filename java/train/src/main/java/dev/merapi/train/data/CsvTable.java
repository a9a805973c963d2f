package dev.merapi.train.data;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The cells of a CSV file, and errors that name file, line and column. In a file whose name ends in
 * {@code .tsv} tabs separate the fields, and quotes are characters as others (IANA,
 * text/tab-separated-values).
 *
 * @param names the columns' names, or their numbers from 0 on when the file has no header
 */
record CsvTable(Path file, List<String> names, List<CsvRecord> rows) {
  private static final Set<String> MISSING = Set.of("", "NA", "N/A", "NaN", "null", "?");

  /** Reads a file whose lines all have the same number of fields, at least two. */
  static CsvTable read(Path file, boolean header) {
    return read(file, header, 2);
  }

  /** Reads a file whose lines all have the same number of fields, at least so many. */
  static CsvTable read(Path file, boolean header, int fields) {
    List<CsvRecord> records = new ArrayList<>();
    CsvReader.CsvReaderBuilder format =
        CsvReader.builder().allowExtraFields(true).allowMissingFields(true).detectBomHeader(true);
    if (file.toString().endsWith(".tsv")) {
      format.fieldSeparator('\t').quoteCharacter('\0');
    }
    try (CsvReader<CsvRecord> reader = format.ofCsvRecord(file)) {
      reader.forEach(records::add);
    } catch (CsvParseException | UncheckedIOException | IOException e) {
      Throwable reason = e.getCause() != null ? e.getCause() : e;
      throw new DataException(file + ": cannot be read as CSV (" + reason.getMessage() + ")", e);
    }
    if (records.size() < (header ? 2 : 1)) {
      throw new DataException(file + ": expected at least one line of data, found none");
    }
    CsvRecord first = records.get(0);
    for (CsvRecord record : records) {
      if (record.getFieldCount() != first.getFieldCount() || record.getFieldCount() < fields) {
        throw new DataException(
            file
                + ":"
                + record.getStartingLineNumber()
                + ": expected "
                + Math.max(fields, first.getFieldCount())
                + " fields, found "
                + record.getFieldCount());
      }
    }
    List<String> names =
        header
            ? first.getFields().stream().map(String::strip).toList()
            : IntStream.range(0, first.getFieldCount()).mapToObj(String::valueOf).toList();
    return new CsvTable(file, names, records.subList(header ? 1 : 0, records.size()));
  }

  int columns() {
    return names.size();
  }

  /** Requires as many columns as another table has. */
  void requireColumnsOf(CsvTable other) {
    if (columns() != other.columns()) {
      throw new DataException(
          file
              + ": expected "
              + other.columns()
              + " columns as in "
              + other.file
              + ", found "
              + columns());
    }
  }

  /** The table without some rows, by their numbers from 0 on. */
  CsvTable without(IntPredicate dropped) {
    return new CsvTable(
        file,
        names,
        IntStream.range(0, rows.size()).filter(dropped.negate()).mapToObj(rows::get).toList());
  }

  /**
   * The column with this name, or else with this number, where -1 is the last one.
   *
   * @param what it is, for the error
   */
  int column(String what, String nameOrNumber) {
    int named = names.indexOf(nameOrNumber);
    if (named >= 0) {
      return named;
    }
    if (nameOrNumber.matches("-?\\d{1,9}")) {
      int number = Integer.parseInt(nameOrNumber);
      int column = number < 0 ? number + columns() : number;
      if (column >= 0 && column < columns()) {
        return column;
      }
    }
    throw new DataException(
        file + ": expected " + what + " column among " + names + ", found " + nameOrNumber);
  }

  private String cell(int row, int column) {
    return rows.get(row).getField(column).strip();
  }

  /** Whether a cell says nothing. */
  boolean missing(int row, int column) {
    return isMissing(cell(row, column));
  }

  static boolean isMissing(String cell) {
    return MISSING.contains(cell);
  }

  /** The mean of a column's numbers that are not missing; 0 where all are. */
  float mean(int column) {
    return (float)
        IntStream.range(0, rows.size())
            .filter(row -> !missing(row, column))
            .mapToDouble(row -> number(row, column))
            .average()
            .orElse(0);
  }

  /** The text in a cell, which has some. */
  String text(int row, int column) {
    String text = cell(row, column);
    if (text.isEmpty()) {
      throw error(row, column, "a text");
    }
    return text;
  }

  /** The number in a cell. */
  float number(int row, int column) {
    String cell = cell(row, column);
    float number = Float.NaN;
    // Java's own parser also takes "1f" and "NaN", which are mistakes in a table
    if (cell.matches("[-+0-9.eE]+")) {
      try {
        number = Float.parseFloat(cell);
      } catch (NumberFormatException e) {
        throw error(row, column, "a number");
      }
    }
    if (!Float.isFinite(number)) {
      throw error(row, column, "a number");
    }
    return number;
  }

  /** The place of a cell's class among the sorted names. */
  int label(int row, int column, List<String> classNames) {
    int label = classNames.indexOf(cell(row, column));
    if (label < 0) {
      throw error(row, column, "one of the classes " + classNames);
    }
    return label;
  }

  /**
   * The different values of a column: sorted as numbers if all are whole numbers, else as texts.
   */
  List<String> classNames(int column) {
    List<String> names =
        IntStream.range(0, rows.size())
            .mapToObj(row -> cell(row, column))
            .filter(name -> !name.isEmpty())
            .distinct()
            .toList();
    boolean numbers = names.stream().allMatch(name -> name.matches("-?\\d{1,18}"));
    return names.stream()
        .sorted(numbers ? Comparator.comparingLong(Long::parseLong) : Comparator.naturalOrder())
        .toList();
  }

  private DataException error(int row, int column, String expected) {
    return new DataException(
        file
            + ":"
            + rows.get(row).getStartingLineNumber()
            + ", column "
            + names.get(column)
            + ": expected "
            + expected
            + ", found '"
            + cell(row, column)
            + "'");
  }
}
