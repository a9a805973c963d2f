package dev.merapi.bench.jmh;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Reductions of 4096 x 4096 floats, 64 MB read: memory bandwidth is the mark. */
public class ReductionBenchmark extends OpBenchmark {
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
  public void setUp() {
    compile(inputs -> build(inputs.get(0)), SHAPE);
  }

  private Value build(Value x) {
    return switch (function) {
      case SUM -> Ops.sum(x, axis);
      case MAX -> Ops.reduceMax(x, axis);
      case SOFTMAX -> Ops.softmax(x, axis);
    };
  }
}
