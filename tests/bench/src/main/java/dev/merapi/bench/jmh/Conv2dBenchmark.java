package dev.merapi.bench.jmh;

import dev.merapi.core.op.Ops;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.op.window.Conv2dGradInput;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.tensor.Shape;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A convolution of 64 to 64 channels, 3x3, on 32 images of 56x56, and its gradients. */
public class Conv2dBenchmark extends OpBenchmark {
  private static final Conv2d OP = new Conv2d(Window2d.square(3, 1, 1), 1);
  private static final Shape IMAGES = Shape.of(32, 64, 56, 56);
  private static final Shape FILTERS = Shape.of(64, 64, 3, 3);

  /** What is computed. */
  public enum Direction {
    FORWARD,
    GRAD_INPUT,
    GRAD_FILTER
  }

  @Param public Direction direction;

  /** Compiles the program; the output is as large as the input. */
  @Setup
  public void setUp() {
    switch (direction) {
      case FORWARD ->
          compile(v -> Ops.conv2d(v.get(0), v.get(1), OP.window(), OP.groups()), IMAGES, FILTERS);
      case GRAD_INPUT ->
          compile(v -> Conv2dGradInput.of(v.get(0), v.get(1), OP, IMAGES), IMAGES, FILTERS);
      case GRAD_FILTER -> compile(v -> Conv2dGradFilter.of(v.get(0), v.get(1), OP), IMAGES, IMAGES);
    }
  }
}
