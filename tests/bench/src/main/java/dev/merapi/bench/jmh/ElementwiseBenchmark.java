package dev.merapi.bench.jmh;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Elementwise functions of 16M floats, to be held against {@link CopyBenchmark}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ElementwiseBenchmark {
  /** What is computed. */
  public enum Op {
    NEG(Ops::neg),
    RELU(Ops::relu),
    EXP(Ops::exp),
    TANH(Ops::tanh),
    SIGMOID(Ops::sigmoid),
    GELU(Ops::gelu),
    /** A region that is fused: one reading and one writing, whatever lies between. */
    FUSED(x -> Ops.add(Ops.mul(Ops.relu(Ops.add(x, 0.5)), 2), 1));

    private final Function<Value, Value> build;

    Op(Function<Value, Value> build) {
      this.build = build;
    }
  }

  @Param public Op function;

  /** Compiles the program. */
  @Setup
  public void setUp(Device device) {
    Function<List<Value>, Value> build = inputs -> function.build.apply(inputs.get(0));
    device.compile(build, Shape.of(CopyBenchmark.ELEMENTS));
  }

  @Benchmark
  public void run(Device device) {
    device.run();
  }
}
