package dev.merapi.bench.compare;

import dev.merapi.bench.measure.Statistics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The figures of one quantity under several settings. */
public final class Contest {
  /** Which figures win. */
  public enum Better {
    HIGHER,
    LOWER
  }

  private final Better better;
  private final Map<String, List<Double>> figures = new LinkedHashMap<>();

  public Contest(Better better) {
    this.better = better;
  }

  /** Notes a figure that a setting got. */
  public void add(String setting, double figure) {
    figures.computeIfAbsent(setting, key -> new ArrayList<>()).add(figure);
  }

  /** Of a setting's figures; empty when it got none. */
  public Optional<Statistics> statistics(String setting) {
    return Optional.ofNullable(figures.get(setting)).map(Statistics::of);
  }

  /** The setting with the best median; empty when none of them got a figure. */
  public Optional<String> best(Collection<String> settings) {
    Comparator<String> byMedian =
        Comparator.comparingDouble(setting -> Statistics.of(figures.get(setting)).median());
    return settings.stream()
        .filter(figures::containsKey)
        .min(better == Better.LOWER ? byMedian : byMedian.reversed());
  }

  /** The median of a setting over the best median of its peers; empty when one is missing. */
  public Optional<Double> ratio(String ours, Collection<String> peers) {
    return best(peers)
        .flatMap(
            peer ->
                statistics(ours)
                    .map(
                        statistics ->
                            statistics.median() / Statistics.of(figures.get(peer)).median()));
  }
}
