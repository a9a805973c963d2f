package dev.merapi.cli.command;

import dev.merapi.cli.job.UsageException;
import dev.merapi.train.decode.BeamSearch;
import picocli.CommandLine.Option;

/** How a sequence model looks for the best sequence. */
final class SearchOptions {
  @Option(
      names = "--beam",
      paramLabel = "N",
      defaultValue = "5",
      description = "Of what is being written, keep the N best; 1 is greedy (default: 5).")
  private int beam;

  @Option(
      names = "--length-penalty",
      paramLabel = "A",
      defaultValue = "1",
      description = "How much longer sequences are preferred, 0: not at all (default: 1).")
  private double lengthPenalty;

  BeamSearch search() {
    if (beam < 1 || !(lengthPenalty >= 0 && Double.isFinite(lengthPenalty))) {
      throw new UsageException(
          "expected --beam of at least 1 and --length-penalty of at least 0, found %d and %s",
          beam, lengthPenalty);
    }
    return new BeamSearch(beam, lengthPenalty);
  }
}
