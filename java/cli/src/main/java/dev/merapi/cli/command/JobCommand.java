package dev.merapi.cli.command;

import dev.merapi.cli.job.Devices;
import dev.merapi.cli.job.Job;
import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.job.Kinds;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.data.DataDirectories;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that works on a job. */
abstract class JobCommand extends ReportingCommand {
  @Parameters(
      index = "0",
      paramLabel = "JOB",
      description = "A YAML file, or the name of a built-in job (see: merapi list jobs).")
  private String job;

  @Option(
      names = "--device",
      paramLabel = "D",
      description = "auto, reference, cpu, cuda or cuda:N; overrides the job's.")
  private String device;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Look for data sets here before $MERAPI_DATA and the user's cache.")
  private Path data;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Set a key of the job: optimizer.sgd.learningRate=0.1.")
  private List<String> settings = new ArrayList<>();

  private final Surroundings surroundings;

  JobCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  final Surroundings surroundings() {
    return surroundings;
  }

  /** A path from the command line. */
  final Path resolve(Path path) {
    return surroundings.directory().resolve(path);
  }

  /** Options that stand for keys of the job, as settings. */
  List<String> shortcuts() {
    return List.of();
  }

  /** What stands where the job is expected. */
  final String job() {
    return job;
  }

  /** The jobs that there are, here and built in. */
  final Jobs jobs() {
    return new Jobs(Kinds.registry(), surroundings.directory());
  }

  /** All settings of the command line. */
  final List<String> settings() {
    List<String> all = new ArrayList<>(settings);
    all.addAll(shortcuts());
    return all;
  }

  final LoadedJob load() {
    return jobs().load(job, settings());
  }

  /** The device to run on; what {@code auto} chose is told on standard error. */
  final Backends.Choice choose(LoadedJob loaded) {
    Job options = loaded.options();
    Backends.Choice choice = Devices.choose(device == null ? options.device() : device, err());
    Devices.warn(choice, options.precision(), options.deterministic(), err());
    return choice;
  }

  /** The device of the command line, or null. */
  final String device() {
    return device;
  }

  final DataDirectories dataDirectories() {
    Path given = data == null ? null : resolve(data);
    return DataDirectories.usual(given, surroundings.environment());
  }
}
