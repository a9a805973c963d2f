package dev.merapi.cli.command;

import dev.merapi.cli.job.Init;
import dev.merapi.cli.job.UsageException;
import dev.merapi.train.LoadReport;
import dev.merapi.train.Trainer;
import java.nio.file.Path;

/** The weights that a training begins with, where a job names some. */
final class InitialWeights {
  private InitialWeights() {}

  /**
   * Loads them.
   *
   * @param directory what a relative path is relative to
   * @return what was loaded, in words
   * @throws UsageException when there are none, or they do not fit
   */
  static String load(Trainer trainer, Init wanted, Path directory) {
    Path path = directory.resolve(wanted.from());
    try {
      LoadReport report = trainer.loadWeights(RunFolder.readWeights(path), wanted.strict());
      return "weights from " + path + ": " + report;
    } catch (IllegalArgumentException e) {
      String hint = wanted.strict() ? " (init.strict=false loads what fits)" : "";
      throw new UsageException("init.from: %s: %s%s", path, e.getMessage(), hint);
    }
  }
}
