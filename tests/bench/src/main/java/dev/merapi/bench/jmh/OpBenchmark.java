package dev.merapi.bench.jmh;

import dev.merapi.bench.measure.OpProgram;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Runs a program of an op on the device that {@code -p device=} names. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public abstract class OpBenchmark {
  /** As in {@code merapi bench --device}. */
  @Param("cpu")
  public String device;

  private OpProgram program;

  /** What a benchmark does in its set-up. */
  final void compile(Function<List<Value>, Value> build, Shape... inputs) {
    program = new OpProgram(device, build, inputs);
  }

  @Benchmark
  public void run() {
    program.run();
  }

  /** Frees the device's memory. */
  @TearDown
  public void close() {
    program.close();
  }
}
