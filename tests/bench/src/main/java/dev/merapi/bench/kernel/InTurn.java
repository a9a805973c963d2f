package dev.merapi.bench.kernel;

import dev.merapi.bench.measure.Statistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Contestants that run in turn, a few milliseconds each, so that what disturbs the machine disturbs
 * all of them.
 */
final class InTurn {
  private static final double SLICE_SECONDS = 0.005;
  private static final int MIN_RUNS = 5;

  private InTurn() {}

  /**
   * Runs all of them again and again.
   *
   * @param contestants each runs once and waits for its end
   * @param seconds that each gets; as many before that are not counted
   * @return the median of the seconds that each takes for one run
   */
  static Map<String, Double> medianSeconds(Map<String, Runnable> contestants, double seconds) {
    times(contestants, seconds);
    Map<String, Double> medians = new LinkedHashMap<>();
    times(contestants, seconds)
        .forEach((name, times) -> medians.put(name, Statistics.of(times).median()));
    return medians;
  }

  private static Map<String, List<Double>> times(
      Map<String, Runnable> contestants, double seconds) {
    Map<String, List<Double>> times = new LinkedHashMap<>();
    contestants.keySet().forEach(name -> times.put(name, new ArrayList<>()));
    long start = System.nanoTime();
    int fewest = 0;
    do {
      contestants.forEach((name, run) -> slice(run, times.get(name)));
      fewest = times.values().stream().mapToInt(List::size).min().orElse(MIN_RUNS);
    } while (fewest < MIN_RUNS
        || (System.nanoTime() - start) * 1e-9 < seconds * contestants.size());
    return times;
  }

  /** The first run of a slice finds the caches full of another's memory, and is not counted. */
  private static void slice(Runnable run, List<Double> times) {
    run.run();
    long start = System.nanoTime();
    long before = start;
    do {
      run.run();
      long now = System.nanoTime();
      times.add((now - before) * 1e-9);
      before = now;
    } while ((before - start) * 1e-9 < SLICE_SECONDS);
  }
}
