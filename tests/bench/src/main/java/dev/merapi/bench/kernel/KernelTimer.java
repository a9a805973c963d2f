package dev.merapi.bench.kernel;

import dev.merapi.bench.measure.JsonLine;
import dev.merapi.bench.measure.Statistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Times kernels one by one and prints a JSON line for each. */
final class KernelTimer {
  private static final int MIN_RUNS = 5;

  private final double seconds;

  /**
   * A timer.
   *
   * @param seconds to repeat each kernel for, once more as long before that, uncounted
   */
  KernelTimer(double seconds) {
    this.seconds = seconds;
  }

  /**
   * Runs a kernel again and again.
   *
   * @param implementation what the library calls the code that it chose
   * @param kernel runs it once and waits for it
   */
  void report(KernelCase kernelCase, String implementation, Runnable kernel) {
    times(kernel);
    double seconds = Statistics.of(times(kernel)).median();
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("kernel", kernelCase.name());
    report.put("implementation", implementation);
    report.put("us_median", JsonLine.rounded(seconds * 1e6));
    report.put("gflop_per_s", JsonLine.rounded(kernelCase.operations() / seconds * 1e-9));
    System.out.println(JsonLine.of(report));
  }

  private List<Double> times(Runnable kernel) {
    List<Double> times = new ArrayList<>();
    long start = System.nanoTime();
    long before = start;
    do {
      kernel.run();
      long now = System.nanoTime();
      times.add((now - before) * 1e-9);
      before = now;
    } while (times.size() < MIN_RUNS || (before - start) * 1e-9 < seconds);
    return times;
  }
}
