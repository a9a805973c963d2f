package dev.merapi.bench.jmh;

import dev.merapi.core.op.Ops;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.op.window.Conv2dGradInput;
import dev.merapi.core.op.window.Window2d;
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

/** A convolution of 64 to 64 channels, 3x3, on 32 images of 56x56, and its gradients. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class Conv2dBenchmark {
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
  public void setUp(Device device) {
    switch (direction) {
      case FORWARD ->
          device.compile(
              v -> Ops.conv2d(v.get(0), v.get(1), OP.window(), OP.groups()), IMAGES, FILTERS);
      case GRAD_INPUT ->
          device.compile(v -> Conv2dGradInput.of(v.get(0), v.get(1), OP, IMAGES), IMAGES, FILTERS);
      case GRAD_FILTER ->
          device.compile(v -> Conv2dGradFilter.of(v.get(0), v.get(1), OP), IMAGES, IMAGES);
    }
  }

  @Benchmark
  public void run(Device device) {
    device.run();
  }
}
