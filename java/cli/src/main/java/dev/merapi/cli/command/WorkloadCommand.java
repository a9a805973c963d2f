package dev.merapi.cli.command;

import dev.merapi.cli.job.Devices;
import dev.merapi.cli.job.UsageException;
import dev.merapi.cli.yaml.Suggestion;
import dev.merapi.core.runtime.Backends;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.train.Precision;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.optimizer.Sgd;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command that measures one workload on one device for some time. */
abstract class WorkloadCommand extends ReportingCommand {
  /** What a peer can be measured with, too. */
  private static final Map<String, Precision> PRECISIONS =
      Map.of("f32", Precision.F32, "tf32", Precision.TF32);

  /** Not required by picocli, which would want it before the name of a subcommand, too. */
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "WORKLOAD",
      description = "mlp, lenet5, vgg-small, charlstm or alexnet.")
  private String name;

  @Option(
      names = "--device",
      paramLabel = "D",
      defaultValue = "auto",
      description = "auto, reference, cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "How long to run (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--precision",
      paramLabel = "P",
      defaultValue = "f32",
      description = "f32, or tf32: on cuda, products round their factors (default: f32).")
  private String precision;

  final String name() {
    return name;
  }

  final String precision() {
    return precision;
  }

  final double seconds() {
    return seconds;
  }

  /** The workload, when all options are as they should. */
  final Workload workload() {
    if (name == null) {
      throw new UsageException("expected a WORKLOAD: %s", String.join(", ", Workload.ALL.keySet()));
    }
    Workload workload = Workload.ALL.get(name);
    if (workload == null) {
      throw new UsageException(
          "unknown workload '%s'%s", name, Suggestion.of(name, Workload.ALL.keySet()));
    }
    if (!(seconds >= 0)) {
      throw new UsageException("--seconds must be at least 0, found %s", seconds);
    }
    if (!PRECISIONS.containsKey(precision)) {
      throw new UsageException("--precision must be f32 or tf32, found '%s'", precision);
    }
    return workload;
  }

  /** The device to run on; what {@code auto} chose is told on standard error. */
  final Backends.Choice choose() {
    Backends.Choice choice = Devices.choose(device, err());
    Devices.warn(choice, PRECISIONS.get(precision), true, err());
    return choice;
  }

  final TrainingConfig config(Workload workload) {
    return TrainingConfig.of(
            name,
            workload.model(),
            new SoftmaxCrossEntropy(),
            new Sgd(workload.learningRate()).momentum(0.9))
        .batch(workload.batch())
        .precision(PRECISIONS.get(precision));
  }
}
