package dev.merapi.bench.kernel;

import dev.merapi.bench.compare.Cells;
import dev.merapi.bench.compare.Contest;
import dev.merapi.bench.compare.Launcher;
import dev.merapi.bench.compare.MarkdownTable;
import dev.merapi.bench.compare.ResultsFile;
import dev.merapi.bench.compare.RunException;
import dev.merapi.bench.compare.Setting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The workloads' convolutions and matrix products: Merapi and bare oneDNN in turn; then loops that
 * memory limits, and copies of as many bytes.
 */
@Command(
    name = "kernels",
    mixinStandardHelpOptions = true,
    description = "Runs Merapi's kernels and bare oneDNN in turn and prints their ratios.")
public final class Kernels implements Callable<Integer> {
  @Option(
      names = "--device",
      defaultValue = "cpu",
      description = "Merapi's device (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(
      names = "--seconds",
      defaultValue = "0.2",
      description = "To repeat each kernel for, after as long uncounted (${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "Runs of each setting, in turn (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--threads", description = "Of all (default: all processors).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--loops", description = "Only the loops that memory limits.")
  private boolean onlyLoops;

  @Option(names = "--write", description = "Write the table into tests/bench/RESULTS.md.")
  private boolean write;

  private final String command;

  private Kernels(String command) {
    this.command = command;
  }

  public static void main(String[] args) {
    String command = "tests/bench/run kernels " + String.join(" ", args);
    CommandLine line = new CommandLine(new Kernels(command.strip()));
    line.setExecutionExceptionHandler(RunException::tell);
    System.exit(line.execute(args));
  }

  @Override
  public Integer call() throws IOException {
    if (!onlyLoops) {
      compareProducts();
    }
    String loops = Loops.compare(device, threads, seconds, rounds);
    ResultsFile.publish("Loops", command, loops, write);
    return 0;
  }

  private void compareProducts() throws IOException {
    Map<String, String> environment = Setting.openMp(threads);
    List<String> ours = new ArrayList<>(Setting.java(MerapiKernels.class));
    ours.add(device);
    List<Setting> settings = new ArrayList<>();
    settings.add(new Setting(Setting.MERAPI, environment, ours));
    for (Layout layout : Layout.values()) {
      String name = layout.name().toLowerCase(Locale.ROOT);
      List<String> bare = new ArrayList<>(Setting.java(OneDnnBare.class));
      bare.add(name);
      settings.add(new Setting("oneDNN " + name, environment, bare));
    }
    Map<String, Contest> contests = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      settings.forEach(setting -> run(setting, contests));
    }
    String about =
        "GFLOP/s on %d threads, medians of %d runs each (lowest..highest); the ratio is that to%n"
            + "the best layout of oneDNN.%n%n%s";
    String results = about.formatted(threads, rounds, table(settings, contests));
    ResultsFile.publish("Kernels", command, results, write);
  }

  private void run(Setting setting, Map<String, Contest> contests) {
    System.err.println(setting.name());
    Launcher.run(setting, List.of(Double.toString(seconds)))
        .forEach(
            line ->
                contests
                    .computeIfAbsent(
                        line.get("kernel").asText(), key -> new Contest(Contest.Better.HIGHER))
                    .add(setting.name(), line.get("gflop_per_s").doubleValue()));
  }

  private static MarkdownTable table(List<Setting> settings, Map<String, Contest> contests) {
    List<String> names = settings.stream().map(Setting::name).toList();
    List<String> peers = names.subList(1, names.size());
    List<String> header = new ArrayList<>(List.of("kernel"));
    header.addAll(names);
    header.add("ratio");
    MarkdownTable table = new MarkdownTable(header);
    contests.forEach(
        (kernel, contest) -> {
          List<String> row = new ArrayList<>(List.of(kernel));
          names.forEach(name -> row.add(Cells.spread(contest, name)));
          row.add(Cells.ratio(contest.ratio(Setting.MERAPI, peers)));
          table.add(row);
        });
    return table;
  }
}
