package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import java.util.List;

/**
 * A table with one target column, from CSV files (RFC 4180), or from files with tabs, whose names
 * end in {@code .tsv}: inputs F32 [features], and I32 class labels or F32 [1] targets.
 *
 * <p>A numeric column is one feature. A categorical column has a feature for each of its values in
 * the training file, 1 for that of the row and else 0 (one-hot).
 *
 * <p>Class names are whole numbers or texts. The different ones of the training file, sorted (as
 * numbers when all are whole numbers), get the labels 0, 1, ...; the test file may have no others.
 * A relative path is looked for in the working directory and then in the data folders. Source: RFC
 * 4180.
 *
 * @param train the file of the split {@code train}
 * @param test the file of the split {@code test}; empty when there is none
 * @param header whether the first line names the columns
 * @param target the target column: its name, or its number from 0 on; -1 is the last one
 * @param regression whether the target is a number instead of a class
 * @param categorical columns of classes, by name or number; all others are numeric
 * @param ignore columns that are left out, by name or number
 * @param missing what becomes of cells that are empty, NA, N/A, NaN, null or ?: {@code error},
 *     {@code drop} leaves out the row, {@code mean} takes the column's mean in the training file,
 *     or none of the classes
 */
public record Csv(
    String train,
    @Default("''") String test,
    @Default("true") boolean header,
    @Default("'-1'") String target,
    @Default("false") boolean regression,
    @Default("[]") List<String> categorical,
    @Default("[]") List<String> ignore,
    @Default("error") MissingValues missing)
    implements DatasetSource {
  public Csv {
    categorical = List.copyOf(categorical);
    ignore = List.copyOf(ignore);
  }

  /** Numeric columns alone, without missing values. */
  public Csv(String train, String test, boolean header, String target, boolean regression) {
    this(train, test, header, target, regression, List.of(), List.of(), MissingValues.ERROR);
  }

  /** A training file with a header, whose last column is the class. */
  public Csv(String train) {
    this(train, "", true, "-1", false);
  }

  public Csv header(boolean header) {
    return new Csv(train, test, header, target, regression, categorical, ignore, missing);
  }

  public Csv categorical(List<String> categorical) {
    return new Csv(train, test, header, target, regression, categorical, ignore, missing);
  }

  public Csv ignore(List<String> ignore) {
    return new Csv(train, test, header, target, regression, categorical, ignore, missing);
  }

  public Csv missing(MissingValues missing) {
    return new Csv(train, test, header, target, regression, categorical, ignore, missing);
  }

  @Override
  public String name() {
    return "csv";
  }

  @Override
  public List<String> splits() {
    return test.isEmpty() ? List.of("train") : List.of("train", "test");
  }

  /** How the columns become features; reads the training file. */
  public CsvFeatures features(DataDirectories where) {
    return CsvFeatures.fit(trained(where), this);
  }

  private CsvTable trained(DataDirectories where) {
    return CsvTable.read(where.locate(train), header);
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    requireSplit(split);
    CsvTable trained = trained(where);
    CsvFeatures features = CsvFeatures.fit(trained, this);
    trained = features.rows(trained);
    CsvTable table = trained;
    if (!split.equals("train")) {
      table = CsvTable.read(where.locate(test), header);
      table.requireColumnsOf(trained);
      table = features.rows(table);
    }
    int column = trained.column("a target", target);
    HostTensor inputs = features.encode(table);
    String title = table.file().getFileName().toString();
    if (regression) {
      HostTensor targets = HostTensor.zeros(TensorType.f32(table.rows().size(), 1));
      for (int i = 0; i < table.rows().size(); i++) {
        targets.set(i, table.number(i, column));
      }
      return new TensorDataset(title, inputs, targets, 0);
    }
    List<String> names = trained.classNames(column);
    HostTensor labels = HostTensor.zeros(new TensorType(DType.I32, Shape.of(table.rows().size())));
    for (int i = 0; i < table.rows().size(); i++) {
      labels.set(i, table.label(i, column, names));
    }
    return new TensorDataset(title, inputs, labels, names);
  }
}
