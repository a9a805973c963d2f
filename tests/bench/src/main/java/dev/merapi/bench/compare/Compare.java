package dev.merapi.bench.compare;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merapi.bench.pytorch.PyTorchPeer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whole training steps and cold starts: Merapi and PyTorch in turn, run from the checkout. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = "Runs Merapi and PyTorch in turn and prints their ratios.")
public final class Compare implements Callable<Integer> {
  private static final String COLD_START_WORKLOAD = "lenet5";

  @Parameters(paramLabel = "WORKLOAD", description = "Which workloads (default: all).")
  private List<String> workloads = List.of("mlp", "lenet5", "vgg-small", "charlstm", "alexnet");

  @Option(
      names = "--device",
      defaultValue = "cpu",
      description = "Merapi's device (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description = "Of each run (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "Runs of each setting, in turn (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--threads",
      description = "Of Merapi and of the peers (default: all processors).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--no-cold-start", description = "Leave out the cold starts.")
  private boolean noColdStart;

  @Option(names = "--write", description = "Write the tables into tests/bench/RESULTS.md.")
  private boolean write;

  private final String command;
  private boolean failed;

  private Compare(String command) {
    this.command = command;
  }

  public static void main(String[] args) {
    String command = "tests/bench/run compare " + String.join(" ", args);
    CommandLine line = new CommandLine(new Compare(command.strip()));
    line.setExecutionExceptionHandler(RunException::tell);
    System.exit(line.execute(args));
  }

  @Override
  public Integer call() throws IOException {
    // A first run builds Merapi, which is no part of any figure.
    if (!Launcher.succeeds("./merapi", "--version")) {
      throw new RunException("./merapi --version fails");
    }
    List<Setting> settings = settings();
    List<String> peers = settings.stream().skip(1).map(Setting::name).toList();
    MarkdownTable steps = new MarkdownTable(WorkloadComparison.speedHeader(peers));
    for (String workload : workloads) {
      steps.add(runAll(settings, workload, seconds).speedRow());
    }
    publish("Training steps", steps);
    if (!noColdStart) {
      // The natives were unpacked by the runs above, or are now.
      settings.forEach(setting -> run(setting, COLD_START_WORKLOAD, 0));
      MarkdownTable starts = new MarkdownTable(WorkloadComparison.firstStepHeader(peers));
      starts.add(runAll(settings, COLD_START_WORKLOAD, 0).firstStepRow());
      publish("From process start to the first finished step", starts);
    }
    return failed ? 1 : 0;
  }

  private List<Setting> settings() {
    List<Setting> settings = new ArrayList<>();
    settings.add(
        Setting.merapi(threads, List.of("./merapi", "bench", "--json", "--device", device)));
    settings.addAll(
        Setting.pyTorch(
            "PyTorch", "OPENBLAS_NUM_THREADS", threads, Setting.java(PyTorchPeer.class)));
    if (Launcher.succeeds("python3", "-c", "import torch")) {
      settings.addAll(
          Setting.pyTorch(
              "PyTorch for Python",
              "MKL_NUM_THREADS",
              threads,
              List.of("python3", "tests/bench/pytorch_peer.py")));
    }
    return settings;
  }

  private WorkloadComparison runAll(List<Setting> settings, String workload, double duration) {
    List<String> peers = settings.stream().skip(1).map(Setting::name).toList();
    WorkloadComparison comparison = new WorkloadComparison(workload, peers);
    for (int round = 0; round < rounds; round++) {
      for (Setting setting : settings) {
        Run run = run(setting, workload, duration);
        if (run != null) {
          comparison.add(setting.name(), run);
        }
      }
    }
    return comparison;
  }

  /** A run, or null when it failed: the other figures are told all the same. */
  private Run run(Setting setting, String workload, double duration) {
    String time = Double.toString(duration);
    List<String> arguments =
        setting.name().equals(Setting.MERAPI)
            ? List.of(workload, "--seconds", time)
            : List.of(workload, time);
    try {
      JsonNode line = Launcher.run(setting, arguments).get(0);
      System.err.println(setting.name() + ": " + line);
      return Run.parse(line, workload);
    } catch (RunException e) {
      System.err.println(e.getMessage());
      failed = true;
      return null;
    }
  }

  private void publish(String heading, MarkdownTable table) throws IOException {
    String results = "Medians of %d runs each (lowest..highest).%n%n%s".formatted(rounds, table);
    ResultsFile.publish(heading, command, results, write);
  }
}
