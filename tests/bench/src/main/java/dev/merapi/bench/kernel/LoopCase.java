package dev.merapi.bench.kernel;

import dev.merapi.bench.measure.OpProgram;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.movement.ScatterAdd;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A computation on 16M floats that memory limits: it is held against a copy.
 *
 * @param accesses floats that it has to read and to write, in multiples of {@link #ELEMENTS}
 * @param inputs types of variables
 * @param build makes outputs from them or assigns to them
 */
record LoopCase(
    String name, double accesses, List<TensorType> inputs, Consumer<List<Value>> build) {
  static final int ELEMENTS = 1 << 24;
  private static final Shape VECTOR = Shape.of(ELEMENTS);
  private static final Shape MATRIX = Shape.of(ELEMENTS / 1024, 1024);
  private static final Shape NCHW = Shape.of(64, 64, 64, 64);
  private static final Shape SCALAR = Shape.of();
  private static final int ROWS = ELEMENTS / 512;

  /** Compiles it. */
  OpProgram program(String device) {
    return new OpProgram(device, inputs, build);
  }

  static List<LoopCase> all() {
    return Stream.of(functions(), broadcasts(), updates(), reductions(), movements())
        .flatMap(List::stream)
        .toList();
  }

  private static LoopCase of(
      String name, double accesses, Function<List<Value>, Value> build, Shape... inputs) {
    return of(name, accesses, build, f32(inputs));
  }

  private static LoopCase of(
      String name, double accesses, Function<List<Value>, Value> build, List<TensorType> inputs) {
    return new LoopCase(
        name, accesses, inputs, x -> x.get(0).graph().output("output", build.apply(x)));
  }

  private static List<TensorType> f32(Shape... shapes) {
    return Arrays.stream(shapes).map(shape -> new TensorType(DType.F32, shape)).toList();
  }

  private static LoopCase unary(String name, Function<Value, Value> build) {
    return of(name, 2, x -> build.apply(x.get(0)), VECTOR);
  }

  private static List<LoopCase> functions() {
    return List.of(
        unary("relu", Ops::relu),
        of("add", 3, x -> Ops.add(x.get(0), x.get(1)), VECTOR, VECTOR),
        unary("3 ops in a chain", x -> Ops.max(Ops.mul(Ops.add(x, 0.5), 2), 1)),
        unary("exp", Ops::exp),
        unary("log of abs", x -> Ops.log(Ops.abs(x))),
        unary("tanh", Ops::tanh),
        unary("sigmoid", Ops::sigmoid),
        unary("gelu", Ops::gelu),
        of(
            "select",
            4,
            x -> Ops.select(Ops.greater(x.get(0), x.get(1)), x.get(1), x.get(2)),
            VECTOR,
            VECTOR,
            VECTOR));
  }

  private static List<LoopCase> broadcasts() {
    return List.of(
        of("bias of columns", 2, x -> Ops.add(x.get(0), x.get(1)), MATRIX, Shape.of(1024)),
        of("bias of channels", 2, x -> Ops.add(x.get(0), x.get(1)), NCHW, Shape.of(64, 1, 1)));
  }

  private static List<LoopCase> updates() {
    return List.of(
        new LoopCase(
            "sgd with momentum", 5, f32(VECTOR, VECTOR, VECTOR, SCALAR, SCALAR), LoopCase::sgd),
        new LoopCase(
            "adam", 7, f32(VECTOR, VECTOR, VECTOR, SCALAR, SCALAR, VECTOR), LoopCase::adam));
  }

  /** Of parameter, gradient, slot, rate and the flag that says whether all was finite. */
  private static void sgd(List<Value> x) {
    Value slot = Ops.add(Ops.mul(x.get(2), 0.9), x.get(1));
    update(x, x.get(2), slot);
    update(x, x.get(0), Ops.sub(x.get(0), Ops.mul(slot, x.get(3))));
  }

  private static void adam(List<Value> x) {
    Value grad = x.get(1);
    Value mean = Ops.add(Ops.mul(x.get(2), 0.9), Ops.mul(grad, 0.1));
    Value square = Ops.add(Ops.mul(x.get(5), 0.999), Ops.mul(Ops.square(grad), 0.001));
    update(x, x.get(2), mean);
    update(x, x.get(5), square);
    Value scale = Ops.add(Ops.div(Ops.sqrt(square), 0.9), 1e-8);
    update(x, x.get(0), Ops.sub(x.get(0), Ops.mul(Ops.div(mean, scale), x.get(3))));
  }

  private static void update(List<Value> x, Value variable, Value value) {
    Assign.of(variable, Ops.select(x.get(4), value, variable));
  }

  private static List<LoopCase> reductions() {
    Shape nhwc = Shape.of(64, 64, 64, 64);
    return List.of(
        of("sum", 1, x -> Ops.sum(x.get(0)), VECTOR),
        of("sum of squares", 1, x -> Ops.sum(Ops.square(x.get(0))), VECTOR),
        of("max", 1, x -> Ops.reduceMax(x.get(0)), VECTOR),
        of("sum of rows", 1, x -> Ops.sum(x.get(0), 1), MATRIX),
        of("sum of columns", 1, x -> Ops.sum(x.get(0), 0), MATRIX),
        of("sum of channels, NCHW", 1, x -> Ops.sum(x.get(0), 0, 2, 3), NCHW),
        of("sum of channels, NHWC", 1, x -> Ops.sum(x.get(0), 0, 1, 2), nhwc),
        of("softmax of rows", 2, x -> Ops.softmax(x.get(0), 1), MATRIX));
  }

  private static List<LoopCase> movements() {
    Shape half = Shape.of(ROWS, 256);
    Shape rows = Shape.of(ROWS, 512);
    List<TensorType> table = List.of(f32(rows).get(0), new TensorType(DType.I32, Shape.of(ROWS)));
    return List.of(
        of("transpose", 2, x -> Ops.transpose(x.get(0), 1, 0), Shape.of(4096, 4096)),
        of("NCHW to NHWC, 64 channels", 2, x -> Ops.transpose(x.get(0), 0, 2, 3, 1), NCHW),
        of("NHWC to NCHW, 64 channels", 2, x -> Ops.transpose(x.get(0), 0, 3, 1, 2), NCHW),
        of("NCHW to NHWC, 3 channels", 2, x -> Ops.transpose(x.get(0), 0, 2, 3, 1), images(3)),
        of("NHWC to NCHW, 3 channels", 2, x -> Ops.transpose(x.get(0), 0, 3, 1, 2), pixels(3)),
        of("concat", 2, x -> Ops.concat(1, x.get(0), x.get(1)), half, half),
        of(
            "slice",
            2,
            x -> Ops.slice(x.get(0), List.of(0, 0), List.of(ROWS, 512)),
            Shape.of(ROWS, 520)),
        of(
            "pad",
            2,
            x -> Ops.pad(x.get(0), List.of(0, 0, 1, 1), List.of(0, 0, 1, 1), 0),
            Shape.of(64, 64, 62, 62)),
        of("gather", 2, x -> Ops.gather(x.get(0), x.get(1)), table),
        of("scatter-add", 2, x -> ScatterAdd.of(x.get(0), x.get(1), 0, ROWS), table));
  }

  private static Shape images(int channels) {
    return Shape.of(ELEMENTS / channels / 65_536, channels, 256, 256);
  }

  private static Shape pixels(int channels) {
    return Shape.of(ELEMENTS / channels / 65_536, 256, 256, channels);
  }
}
