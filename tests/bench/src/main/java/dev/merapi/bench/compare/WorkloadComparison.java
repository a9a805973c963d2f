package dev.merapi.bench.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** The runs of one workload: Merapi's, and those of each setting of a peer. */
public final class WorkloadComparison {
  private final String workload;
  private final List<String> peers;
  private final Map<String, List<Run>> runs = new LinkedHashMap<>();

  /**
   * Without a run.
   *
   * @param peers the names of the peers' settings
   */
  public WorkloadComparison(String workload, List<String> peers) {
    this.workload = workload;
    this.peers = List.copyOf(peers);
  }

  /** Notes a run. */
  public void add(String setting, Run run) {
    runs.computeIfAbsent(setting, key -> new ArrayList<>()).add(run);
  }

  /** Samples per second. */
  public Contest speed() {
    return contest(Contest.Better.HIGHER, Run::samplesPerSecond);
  }

  /** Seconds from the start of the process to the end of the first step. */
  public Contest firstStep() {
    return contest(Contest.Better.LOWER, Run::firstStepSeconds);
  }

  /** Peak memory in MB. */
  public Contest memory() {
    return contest(Contest.Better.LOWER, Run::peakMegabytes);
  }

  private Contest contest(Contest.Better better, ToDoubleFunction<Run> figure) {
    Contest contest = new Contest(better);
    runs.forEach(
        (setting, all) -> all.forEach(run -> contest.add(setting, figure.applyAsDouble(run))));
    return contest;
  }

  /** The first cells of a row about speed; {@link #speedRow} begins with these. */
  static List<String> speedHeader(List<String> peers) {
    List<String> header = new ArrayList<>(List.of("samples/s", Setting.MERAPI));
    header.addAll(peers);
    header.addAll(
        List.of("ratio", "MB " + Setting.MERAPI, "MB best peer", "MB ratio", "parameters"));
    return header;
  }

  /**
   * A row about speed: each setting's median and spread; Merapi's median over that of the fastest
   * peer; the peak memory of both; the parameters, or both numbers where they differ.
   */
  public List<String> speedRow() {
    Contest speed = speed();
    Contest memory = memory();
    Optional<String> best = speed.best(peers);
    List<String> row = new ArrayList<>(List.of(workload, Cells.spread(speed, Setting.MERAPI)));
    peers.forEach(peer -> row.add(Cells.spread(speed, peer)));
    row.add(Cells.ratio(speed.ratio(Setting.MERAPI, peers)));
    row.add(Cells.median(memory, Setting.MERAPI));
    row.add(best.map(peer -> Cells.median(memory, peer)).orElse(MarkdownTable.MISSING));
    row.add(Cells.ratio(best.flatMap(peer -> memory.ratio(Setting.MERAPI, List.of(peer)))));
    row.add(parameters());
    return row;
  }

  static List<String> firstStepHeader(List<String> peers) {
    List<String> header = new ArrayList<>(List.of("seconds", Setting.MERAPI));
    header.addAll(peers);
    header.add("ratio");
    return header;
  }

  /** A row about the first step; the ratio is that to the quickest peer. */
  public List<String> firstStepRow() {
    Contest firstStep = firstStep();
    List<String> row = new ArrayList<>(List.of(workload, Cells.spread(firstStep, Setting.MERAPI)));
    peers.forEach(peer -> row.add(Cells.spread(firstStep, peer)));
    row.add(Cells.ratio(firstStep.ratio(Setting.MERAPI, peers)));
    return row;
  }

  private String parameters() {
    List<String> found =
        runs.values().stream()
            .flatMap(List::stream)
            .map(run -> String.format(Locale.ROOT, "%,d", run.parameters()))
            .distinct()
            .toList();
    return found.isEmpty() ? MarkdownTable.MISSING : String.join(" and ", found);
  }
}
