package dev.merapi.bench.kernel;

import dev.merapi.bench.measure.JsonLine;
import dev.merapi.bench.measure.OpProgram;
import dev.merapi.bench.measure.Statistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Loops that memory limits, each in turn with a copy that reads and writes as many bytes: {@code
 * MerapiLoops DEVICE THREADS SECONDS [NAME...]} prints a JSON line for each of them.
 */
public final class MerapiLoops {
  private static final int MIN_RUNS = 5;

  private MerapiLoops() {}

  public static void main(String[] args) {
    if (args.length < 3) {
      System.err.println("usage: MerapiLoops DEVICE THREADS SECONDS [NAME...]");
      System.exit(2);
    }
    List<String> names = List.of(args).subList(3, args.length);
    double seconds = Double.parseDouble(args[2]);
    try (PlainCopy copy = new PlainCopy(Integer.parseInt(args[1]), bytes(7))) {
      for (LoopCase loop : LoopCase.all()) {
        if (names.isEmpty() || names.contains(loop.name())) {
          try (OpProgram program = loop.program(args[0])) {
            System.out.println(JsonLine.of(measure(loop, program, copy, seconds)));
          }
        }
      }
    }
  }

  /** Of a copy that reads and writes so many multiples of a vector, in each direction. */
  private static int bytes(double accesses) {
    return (int) (accesses / 2 * LoopCase.ELEMENTS * Float.BYTES);
  }

  private static Map<String, Object> measure(
      LoopCase loop, OpProgram program, PlainCopy copy, double seconds) {
    Runnable plain = () -> copy.run(bytes(loop.accesses()));
    times(program::run, plain, seconds);
    List<List<Double>> times = times(program::run, plain, seconds);
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("kernel", loop.name());
    report.put("implementation", program.kernels());
    report.put("ms", JsonLine.rounded(Statistics.of(times.get(0)).median() * 1e3));
    report.put("copy_ms", JsonLine.rounded(Statistics.of(times.get(1)).median() * 1e3));
    return report;
  }

  /** Runs both in turn; gives the seconds that each took. */
  private static List<List<Double>> times(Runnable loop, Runnable copy, double seconds) {
    List<Double> loops = new ArrayList<>();
    List<Double> copies = new ArrayList<>();
    long start = System.nanoTime();
    while (loops.size() < MIN_RUNS || (System.nanoTime() - start) * 1e-9 < seconds) {
      loops.add(time(loop));
      copies.add(time(copy));
    }
    return List.of(loops, copies);
  }

  private static double time(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) * 1e-9;
  }
}
