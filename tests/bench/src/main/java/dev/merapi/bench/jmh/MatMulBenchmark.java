package dev.merapi.bench.jmh;

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

/** Products of square matrices. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MatMulBenchmark {
  /** Rows and columns. */
  @Param({"256", "1024"})
  public int size;

  @Param({"false", "true"})
  public boolean transposeA;

  @Param({"false", "true"})
  public boolean transposeB;

  /** Compiles the program. */
  @Setup
  public void setUp(Device device) {
    Shape square = Shape.of(size, size);
    device.compile(v -> Ops.matMul(v.get(0), v.get(1), transposeA, transposeB), square, square);
  }

  @Benchmark
  public void run(Device device) {
    device.run();
  }
}
