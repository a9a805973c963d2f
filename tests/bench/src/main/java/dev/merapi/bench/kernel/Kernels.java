package dev.merapi.bench.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merapi.bench.compare.Cells;
import dev.merapi.bench.compare.Contest;
import dev.merapi.bench.compare.Launcher;
import dev.merapi.bench.compare.MarkdownTable;
import dev.merapi.bench.compare.ResultsFile;
import dev.merapi.bench.compare.RunException;
import dev.merapi.bench.compare.Setting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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
  private static final String SAME = "same";
  private static final String BEST = "best";

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
    List<String> program = new ArrayList<>(Setting.java(KernelContest.class));
    program.add(device);
    Setting setting = new Setting(Setting.MERAPI, Setting.openMp(threads), program);
    Map<String, Contest> contests = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      System.err.println("kernels");
      for (JsonNode line : Launcher.run(setting, List.of(Double.toString(seconds)))) {
        add(line, contests);
      }
    }
    String about =
        "GFLOP/s on %d threads, medians of %d runs each (lowest..highest), all in turn in one%n"
            + "process. *same*: Merapi over oneDNN on tensors that lie as Merapi's do, whose reorders count;%n"
            + "*best*: over the best of oneDNN's layouts, for which nothing had to be reordered.%n%n%s";
    String results = about.formatted(threads, rounds, table(contests));
    ResultsFile.publish("Kernels", command, results, write);
  }

  private static void add(JsonNode line, Map<String, Contest> contests) {
    Contest contest =
        contests.computeIfAbsent(
            line.get("kernel").asText(), key -> new Contest(Contest.Better.HIGHER));
    double ours = line.get(Setting.MERAPI).doubleValue();
    contest.add(Setting.MERAPI, ours);
    double best = 0;
    for (Layout layout : Layout.values()) {
      double theirs = line.get(layout.title()).doubleValue();
      contest.add(layout.title(), theirs);
      best = Math.max(best, theirs);
    }
    contest.add(SAME, ours / line.get(Layout.SAME.title()).doubleValue());
    contest.add(BEST, ours / best);
  }

  private static MarkdownTable table(Map<String, Contest> contests) {
    List<String> columns = new ArrayList<>(List.of(Setting.MERAPI));
    Arrays.stream(Layout.values()).map(Layout::title).forEach(columns::add);
    columns.addAll(List.of(SAME, BEST));
    List<String> header = new ArrayList<>(List.of("kernel"));
    header.addAll(columns);
    MarkdownTable table = new MarkdownTable(header);
    contests.forEach(
        (kernel, contest) -> {
          List<String> row = new ArrayList<>(List.of(kernel));
          columns.forEach(name -> row.add(Cells.spread(contest, name)));
          table.add(row);
        });
    return table;
  }
}
