package dev.merapi.cli.command;

import dev.merapi.cli.job.LoadedJob;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** A command that works with a job's trained weights. */
abstract class TrainedJobCommand extends JobCommand {
  @Option(
      names = "--from",
      paramLabel = "PATH",
      description = "A run's folder, a checkpoint or a file; default: the newest under runs/JOB.")
  private Path from;

  TrainedJobCommand(Surroundings surroundings) {
    super(surroundings);
  }

  /**
   * Where the weights are.
   *
   * @throws dev.merapi.cli.job.UsageException when none was named and the job has no finished run
   */
  final Path from(LoadedJob job) throws IOException {
    return from == null ? RunFolder.newest(resolve(Path.of("runs", job.name()))) : resolve(from);
  }
}
