package dev.merapi.bench.jmh;

import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Products of square matrices. */
public class MatMulBenchmark extends OpBenchmark {
  /** Rows and columns. */
  @Param({"256", "1024"})
  public int size;

  @Param({"false", "true"})
  public boolean transposeA;

  @Param({"false", "true"})
  public boolean transposeB;

  /** Compiles the program. */
  @Setup
  public void setUp() {
    Shape square = Shape.of(size, size);
    compile(v -> Ops.matMul(v.get(0), v.get(1), transposeA, transposeB), square, square);
  }
}
