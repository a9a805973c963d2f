package dev.merapi.bench.kernel;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merapi.bench.compare.Cells;
import dev.merapi.bench.compare.Contest;
import dev.merapi.bench.compare.Launcher;
import dev.merapi.bench.compare.MarkdownTable;
import dev.merapi.bench.compare.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The table of loops that memory limits. */
final class Loops {
  private static final String COPY = "copy";
  private static final String RATIO = "ratio";

  private Loops() {}

  /** Runs all loops some times over. */
  static String compare(String device, int threads, double seconds, int rounds) {
    List<String> command = new ArrayList<>(Setting.java(MerapiLoops.class));
    command.addAll(List.of(device, Integer.toString(threads)));
    Map<String, String> environment = Setting.openMp(threads);
    Setting setting = new Setting(Setting.MERAPI, environment, command);
    Map<String, Contest> contests = new LinkedHashMap<>();
    for (int round = 0; round < rounds; round++) {
      System.err.println("loops");
      for (JsonNode line : Launcher.run(setting, List.of(Double.toString(seconds)))) {
        add(line, contests);
      }
    }
    return ("16M floats on %d threads, milliseconds, medians of %d runs each (lowest..highest), each in"
            + " turn%nwith a plain copy that reads and writes as many bytes; the ratio is that of"
            + " times, and 1 is the mark.%n%n%s")
        .formatted(threads, rounds, table(contests));
  }

  private static void add(JsonNode line, Map<String, Contest> contests) {
    String kernel = line.get("kernel").asText();
    Contest contest = contests.computeIfAbsent(kernel, key -> new Contest(Contest.Better.LOWER));
    double ours = line.get("ms").doubleValue();
    double copy = line.get("copy_ms").doubleValue();
    contest.add(Setting.MERAPI, ours);
    contest.add(COPY, copy);
    contest.add(RATIO, ours / copy);
  }

  private static MarkdownTable table(Map<String, Contest> contests) {
    MarkdownTable table = new MarkdownTable(List.of("loop", Setting.MERAPI, COPY, RATIO));
    contests.forEach(
        (kernel, contest) ->
            table.add(
                List.of(
                    kernel,
                    Cells.spread(contest, Setting.MERAPI),
                    Cells.spread(contest, COPY),
                    Cells.spread(contest, RATIO))));
    return table;
  }
}
