package dev.merapi.bench.jmh;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Reductions of 4096 x 4096 floats, 64 MB read: memory bandwidth is the mark. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ReductionBenchmark {
  private static final Shape SHAPE = Shape.of(4096, 4096);

  /** What is computed. */
  public enum Op {
    SUM,
    MAX,
    SOFTMAX
  }

  @Param public Op function;

  /** 0: over columns, 1: over rows. */
  @Param({"0", "1"})
  public int axis;

  /** Compiles the program. */
  @Setup
  public void setUp(Device device) {
    device.compile(inputs -> build(inputs.get(0)), SHAPE);
  }

  private Value build(Value x) {
    return switch (function) {
      case SUM -> Ops.sum(x, axis);
      case MAX -> Ops.reduceMax(x, axis);
      case SOFTMAX -> Ops.softmax(x, axis);
    };
  }

  @Benchmark
  public void run(Device device) {
    device.run();
  }
}
