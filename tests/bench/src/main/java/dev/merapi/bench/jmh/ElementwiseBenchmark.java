package dev.merapi.bench.jmh;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import java.util.List;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Elementwise functions of 16M floats, to be held against {@link CopyBenchmark}. */
public class ElementwiseBenchmark extends OpBenchmark {
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
  public void setUp() {
    Function<List<Value>, Value> build = inputs -> function.build.apply(inputs.get(0));
    compile(build, Shape.of(CopyBenchmark.ELEMENTS));
  }
}
