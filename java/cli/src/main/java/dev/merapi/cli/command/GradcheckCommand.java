package dev.merapi.cli.command;

import dev.merapi.cli.job.CheckFailedException;
import dev.merapi.cli.job.Devices;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.cli.job.UsageException;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.BackendProvider;
import dev.merapi.core.runtime.Backends;
import dev.merapi.train.GradientCheck;
import dev.merapi.train.GradientCheck.ParameterResult;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Dataset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code merapi gradcheck JOB}. */
@Command(
    name = "gradcheck",
    description =
        "Holds the gradients of a job's training loss against finite differences, in F64 on the"
            + " reference backend, and those of every other usable backend against the reference.")
public final class GradcheckCommand extends JobCommand {
  private static final String REFERENCE = "reference";
  private static final double TOLERANCE = 1e-6;

  /** For F32 gradients of a whole network, whose sums have another order. */
  private static final double DEVICE_TOLERANCE = 1e-3;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "8",
      description = "How many training samples (default: ${DEFAULT-VALUE}).")
  private int samples;

  /** The command in some surroundings. */
  public GradcheckCommand(Surroundings surroundings) {
    super(surroundings);
  }

  @Override
  public Integer call() {
    if (samples < 1) {
      throw new UsageException("--samples must be at least 1, found %d", samples);
    }
    LoadedJob job = load();
    List<BackendProvider> others = others();
    Dataset data = job.open(dataDirectories()).train();
    TrainingConfig config = job.config(data);
    try (Backend reference = Backends.open(REFERENCE)) {
      GradientCheck.Result check =
          GradientCheck.againstDifferences(reference, config, data, samples);
      Map<String, GradientCheck.Result> devices = new LinkedHashMap<>();
      for (BackendProvider provider : others) {
        try (Backend device = provider.open(0)) {
          devices.put(
              provider.id(),
              GradientCheck.againstReference(device, reference, config, data, samples));
        }
      }
      print(check, devices);
      require(check, TOLERANCE, "finite differences");
      devices.forEach(
          (id, result) -> require(result, DEVICE_TOLERANCE, id + " against " + REFERENCE));
    }
    return 0;
  }

  private static void require(GradientCheck.Result result, double tolerance, String check) {
    for (ParameterResult parameter : result.parameters()) {
      if (!(parameter.relativeError() < tolerance)) {
        throw new CheckFailedException(
            "%s: %s: expected a relative error below %s, found %s",
            check, parameter.name(), tolerance, Figures.rounded(parameter.relativeError()));
      }
    }
  }

  /** The backends to hold against the reference: the one that was named, or all usable ones. */
  private List<BackendProvider> others() {
    List<BackendProvider> wanted =
        device() == null || device().equals("auto")
            ? Backends.providers()
            : List.of(Devices.choose(device(), err()).provider());
    return wanted.stream()
        .filter(provider -> !provider.id().equals(REFERENCE) && provider.availability().usable())
        .toList();
  }

  private void print(GradientCheck.Result check, Map<String, GradientCheck.Result> devices) {
    Map<String, Double> backends = new LinkedHashMap<>();
    devices.forEach((id, against) -> backends.put(id, against.maxRelativeError()));
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("max_relative_error", check.maxRelativeError());
    result.put("parameters", check.parameters().stream().map(GradcheckCommand::item).toList());
    result.put("backends", backends);
    StringBuilder words = new StringBuilder();
    for (ParameterResult parameter : check.parameters()) {
      words.append("%-28s %.3e%n".formatted(parameter.name(), parameter.relativeError()));
    }
    words.append("%-28s %.3e".formatted("largest", check.maxRelativeError()));
    backends.forEach((id, error) -> words.append("%n%-28s %.3e".formatted(id, error)));
    report(result, words.toString());
  }

  private static Map<String, Object> item(ParameterResult parameter) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("name", parameter.name());
    item.put("relative_error", parameter.relativeError());
    item.put("redraws", parameter.redraws());
    return item;
  }
}
