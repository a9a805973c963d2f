package dev.merapi.bench.jmh;

import dev.merapi.bench.measure.OpProgram;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import java.util.List;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A program on the device that {@code -p device=} names. */
@State(Scope.Thread)
public class Device {
  /** As in {@code merapi bench --device}. */
  @Param("cpu")
  public String device;

  private OpProgram program;

  void compile(Function<List<Value>, Value> build, Shape... inputs) {
    program = new OpProgram(device, build, inputs);
  }

  void run() {
    program.run();
  }

  /** Frees the device's memory. */
  @TearDown
  public void close() {
    program.close();
  }
}
