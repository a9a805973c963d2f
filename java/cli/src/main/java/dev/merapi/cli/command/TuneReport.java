package dev.merapi.cli.command;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import dev.merapi.cli.tune.Trial;
import dev.merapi.cli.tune.Tuner;
import dev.merapi.cli.tune.Variable;
import dev.merapi.explain.picture.SearchCharts;
import dev.merapi.explain.picture.Text;
import dev.merapi.train.io.AtomicFile;
import dev.merapi.train.search.Range;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a search found: a table, {@code trials.csv} and {@code trials.png}. */
final class TuneReport {
  private final Tuner tuner;
  private final List<Variable> variables;
  private final String metric;
  private final List<Trial> ranked;
  private final List<Trial> all;

  /**
   * A report of a search that has ended.
   *
   * @param all lines of the log
   */
  TuneReport(Tuner tuner, List<Variable> variables, String metric, List<Trial> all) {
    this.tuner = tuner;
    this.variables = variables;
    this.metric = metric;
    this.all = all;
    this.ranked = tuner.ranked(all);
  }

  /** The trials, the best first. */
  List<Trial> ranked() {
    return ranked;
  }

  private List<String> columns() {
    return Stream.of(
            Stream.of("trial"),
            variables.stream().map(Variable::key),
            Stream.of("epochs", "state", metric, "seconds"))
        .flatMap(names -> names)
        .toList();
  }

  private static String state(Trial trial) {
    return trial.diverged() ? "diverged" : trial.complete() ? "complete" : "halved";
  }

  private List<String> row(Trial trial, boolean rounded) {
    List<String> row = new ArrayList<>(List.of(Integer.toString(trial.number())));
    trial.parameters().values().forEach(value -> row.add(String.valueOf(value)));
    row.add(Integer.toString(trial.epochs()));
    row.add(state(trial));
    double value = rounded ? Figures.rounded(trial.value()) : trial.value();
    row.add(trial.diverged() ? "" : Double.toString(value));
    double seconds =
        all.stream().filter(t -> t.number() == trial.number()).mapToDouble(Trial::seconds).sum();
    row.add(Double.toString(Json.rounded(seconds)));
    return row;
  }

  /** Writes the trials in their order. */
  void writeCsv(Path file) {
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
      csv.writeRecord(columns());
      inOrder().forEach(trial -> csv.writeRecord(row(trial, false)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    AtomicFile.write(file, text.toString());
  }

  private List<Trial> inOrder() {
    return ranked.stream().sorted((a, b) -> Integer.compare(a.number(), b.number())).toList();
  }

  /** The trials as a table, the best first. */
  String table() {
    List<List<String>> rows = new ArrayList<>(List.of(columns()));
    ranked.forEach(trial -> rows.add(row(trial, true)));
    StringBuilder table = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < row.size(); c++) {
        int column = c;
        int width = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
        line.append(row.get(c)).append(" ".repeat(width - row.get(c).length() + 2));
      }
      table.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return table.toString();
  }

  /**
   * Draws the trials: their values in order with the best so far, and over each range.
   *
   * @return why it was left out; empty where it was drawn
   */
  Optional<String> drawPicture(Path file) {
    Optional<String> problem = ExplainPictures.problem().or(Text::problem);
    if (problem.isEmpty()) {
      List<Trial> trials = inOrder();
      List<SearchCharts.Axis> axes = new ArrayList<>();
      for (Variable variable : variables) {
        if (variable.distribution() instanceof Range range) {
          double[] x =
              trials.stream()
                  .map(trial -> trial.parameters().get(variable.key()))
                  .mapToDouble(value -> ((Number) value).doubleValue())
                  .toArray();
          axes.add(new SearchCharts.Axis(variable.key(), range.log(), x));
        }
      }
      double[] values = trials.stream().mapToDouble(Trial::value).toArray();
      SearchCharts.of(metric, tuner.maximize(), values, axes).write(file);
    }
    return problem;
  }
}
