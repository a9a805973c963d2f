package dev.merapi.backend.cpu;

import static dev.merapi.core.scalar.ScalarExpr.arg;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.op.elementwise.Fused;
import dev.merapi.core.op.random.Dropout;
import dev.merapi.core.op.random.RandomUniform;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The native loops by the scalar functions' own definitions in F64, and by the loops in Java. */
class NativeLoopsTest extends KernelTest {
  private static final float[] HARD = {
    0f,
    -0f,
    1f,
    -1f,
    0.5f,
    -0.3f,
    1e-3f,
    -1e-30f,
    1e-40f,
    3e38f,
    -3e38f,
    87f,
    88.7f,
    89f,
    -87f,
    -103f,
    -104f,
    9f,
    -9.1f,
    4f,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    Float.intBitsToFloat(0xFFC00000) // what processors make of 0 / 0
  };

  private static Fused region(Shape shape, int arity, ScalarExpr... exprs) {
    return new Fused(List.of(exprs), arity, DType.F32, shape);
  }

  private void run(Elementwise op, List<CpuBuffer> in, List<CpuBuffer> out) {
    CpuKernel kernel = new NativeProgram(op, types(in), types(out), engine);
    run(kernel, in, out);
  }

  private static float[] values(CpuBuffer buffer) {
    HostTensor copy = HostTensor.zeros(buffer.type().type());
    buffer.copyToHost(copy);
    return copy.toFloatArray();
  }

  private static void same(double found, double exact, String what) {
    float expected = (float) exact;
    if (Float.isNaN(expected) || Float.isInfinite(expected)) {
      assertThat((float) found).as(what).isEqualTo(Float.valueOf(expected));
    } else {
      double error = Math.max(1e-6 * Math.abs(exact), Float.MIN_NORMAL);
      assertThat(found).as(what).isCloseTo(exact, within(error));
    }
  }

  /** To the bit, whatever is left over of a block of counters or of a thread's share. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 127, 128, 129, 515, 70_001})
  void randomNumbersAreThoseOfTheLoopsInJava(int elements) {
    Shape shape = Shape.of(elements);
    CpuBuffer x = buffer(shape, i -> i % 7 == 0 ? Double.NaN : Math.sin(i));
    List<CpuBuffer> counters =
        List.of(buffer(DType.I32, Shape.SCALAR, i -> -9), buffer(DType.I32, Shape.SCALAR, i -> 2));
    Philox.Key key = Philox.Key.of(-3, "net/dropout", 1);
    RandomUniform uniform = new RandomUniform(shape, DType.F32, key);
    Dropout dropout = new Dropout(0.6, key);
    List<CpuBuffer> dropped = List.of(x, counters.get(0), counters.get(1));
    float[] numbers = drawn(NativeRandom.uniform(key, engine), counters, shape);
    float[] kept =
        drawn(
            NativeRandom.dropout(key, dropout.threshold(), dropout.scale(), engine),
            dropped,
            shape);
    assertThat(numbers)
        .isEqualTo(drawn(RandomKernels.uniform(uniform, elements, engine), counters, shape));
    assertThat(kept)
        .isEqualTo(drawn(RandomKernels.dropout(dropout, elements, engine), dropped, shape));
  }

  /** Within rounding; a NaN and infinities come through, whichever loops there are. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 15, 128, 700, 1501})
  void softmaxIsThatOfTheLoopsInJava(int columns) {
    int rows = 50;
    Shape shape = Shape.of(rows, columns);
    Random random = new Random(columns);
    CpuBuffer x = buffer(shape, i -> 30 * random.nextGaussian());
    if (columns > 2) {
      x.set(0, Double.NaN);
      x.set(columns, Double.POSITIVE_INFINITY);
      x.set(2 * columns, Double.NEGATIVE_INFINITY);
    }
    CpuBuffer labels = buffer(DType.I32, Shape.of(rows), i -> i * 7 % columns);
    for (NativeSoftmaxKernel.Result result : NativeSoftmaxKernel.Result.values()) {
      CpuKernel inJava =
          switch (result) {
            case SOFTMAX -> SoftmaxKernels.lines(shape, 1, engine, SoftmaxLine::normalize);
            case LOG_SOFTMAX -> SoftmaxKernels.lines(shape, 1, engine, SoftmaxLine::takeLogarithm);
            case CROSS_ENTROPY -> SoftmaxKernels.crossEntropyLines(rows, columns, engine);
          };
      boolean loss = result == NativeSoftmaxKernel.Result.CROSS_ENTROPY;
      List<CpuBuffer> in = loss ? List.of(x, labels) : List.of(x);
      List<CpuBuffer> expected = softmaxOutputs(loss, shape);
      List<CpuBuffer> found = softmaxOutputs(loss, shape);
      run(inJava, in, expected);
      run(new NativeSoftmaxKernel(result, rows, columns, engine), in, found);
      for (int output = 0; output < found.size(); output++) {
        float[] right = values(expected.get(output));
        float[] own = values(found.get(output));
        for (int i = 0; i < right.length; i++) {
          if (Float.isFinite(right[i])) {
            double error = 2e-6 * (1 + Math.abs(right[i]));
            assertThat((double) own[i])
                .as("%s of element %d", result, i)
                .isCloseTo(right[i], within(error));
          } else {
            assertThat(own[i]).as("%s of element %d", result, i).isEqualTo(Float.valueOf(right[i]));
          }
        }
      }
    }
  }

  private List<CpuBuffer> softmaxOutputs(boolean loss, Shape shape) {
    CpuBuffer softmax = buffer(shape, i -> -5);
    return loss ? List.of(buffer(Shape.of(shape.dim(0)), i -> -5), softmax) : List.of(softmax);
  }

  private float[] drawn(CpuKernel kernel, List<CpuBuffer> in, Shape shape) {
    CpuBuffer y = buffer(shape, i -> -5);
    run(kernel, in, List.of(y));
    return values(y);
  }

  @ParameterizedTest
  @EnumSource(UnaryFunction.class)
  void functionsOfOne(UnaryFunction function) {
    Random random = new Random(3);
    Shape shape = Shape.of(HARD.length + 3000);
    CpuBuffer x =
        buffer(
            shape,
            i ->
                i < HARD.length
                    ? HARD[(int) i]
                    : random.nextGaussian() * Math.pow(10, random.nextInt(4) - 2));
    CpuBuffer y = buffer(new TensorType(DType.F32, shape));
    run(region(shape, 1, ScalarExpr.unary(function, arg(0))), List.of(x), List.of(y));
    for (int i = 0; i < shape.elements(); i++) {
      same(y.get(i), function.apply(x.get(i)), function + " of " + x.get(i));
    }
  }

  @ParameterizedTest
  @EnumSource(BinaryFunction.class)
  void functionsOfTwo(BinaryFunction function) {
    int n = HARD.length;
    Shape shape = Shape.of(n, n);
    CpuBuffer a = buffer(shape, i -> HARD[(int) i / n]);
    CpuBuffer b = buffer(shape, i -> HARD[(int) i % n]);
    CpuBuffer y = buffer(new TensorType(DType.F32, shape));
    run(region(shape, 2, ScalarExpr.binary(function, arg(0), arg(1))), List.of(a, b), List.of(y));
    for (int i = 0; i < shape.elements(); i++) {
      same(
          y.get(i),
          (float) function.apply(a.get(i), b.get(i)),
          function + " of " + a.get(i) + " and " + b.get(i));
    }
  }

  /** A number that is put to an operand on the way changes no bit, and no zero's sign. */
  @Test
  void numbersPutToOperands() {
    int n = HARD.length;
    Shape shape = Shape.of(n, n);
    CpuBuffer x = buffer(shape, i -> HARD[(int) i / n]);
    CpuBuffer y = buffer(shape, i -> HARD[(int) i % n]);
    CpuBuffer number = buffer(Shape.SCALAR, i -> -0.7f);
    CpuBuffer product = buffer(new TensorType(DType.F32, shape));
    CpuBuffer quotient = buffer(new TensorType(DType.F32, shape));
    CpuBuffer root = buffer(new TensorType(DType.F32, shape));
    for (ScalarExpr c : List.of(ScalarExpr.constant(0.1), arg(2))) {
      float value = c instanceof ScalarExpr.Const ? 0.1f : -0.7f;
      Map<ScalarExpr, UnaryOperator<Float>> operands =
          Map.of(
              ScalarExpr.mul(arg(0), c), a -> a * value,
              ScalarExpr.add(c, arg(0)), a -> a + value,
              ScalarExpr.sub(arg(0), c), a -> a - value,
              ScalarExpr.sub(c, arg(0)), a -> value - a,
              ScalarExpr.unary(UnaryFunction.NEG, arg(0)), a -> -a);
      operands.forEach(
          (operand, inJava) -> {
            run(
                region(
                    shape,
                    3,
                    ScalarExpr.mul(operand, arg(1)),
                    ScalarExpr.binary(BinaryFunction.DIV, arg(1), operand),
                    ScalarExpr.unary(UnaryFunction.SQRT, operand)),
                List.of(x, y, number),
                List.of(product, quotient, root));
            for (int i = 0; i < shape.elements(); i++) {
              float a = inJava.apply((float) x.get(i));
              float b = (float) y.get(i);
              String what = operand + " of " + x.get(i) + " with " + b;
              assertThat((float) product.get(i)).as(what).isEqualTo(Float.valueOf(a * b));
              assertThat((float) quotient.get(i)).as(what).isEqualTo(Float.valueOf(b / a));
              assertThat((float) root.get(i)).as(what).isEqualTo(Float.valueOf(sqrt(a)));
            }
          });
    }
  }

  private static float sqrt(float a) {
    return (float) Math.sqrt(a);
  }

  /** The bits do not depend on where a tile or a thread ends. */
  @ParameterizedTest
  @ValueSource(ints = {1, 13, 1023, 1024, 1025, 70_001})
  void anySize(int elements) {
    Shape shape = Shape.of(elements);
    CpuBuffer x = buffer(shape, i -> Math.sin(i));
    CpuBuffer y = buffer(new TensorType(DType.F32, shape));
    ScalarExpr twice = ScalarExpr.mul(arg(0), ScalarExpr.constant(2));
    run(region(shape, 1, ScalarExpr.add(twice, arg(0))), List.of(x), List.of(y));
    float[] inputs = values(x);
    float[] expected = new float[elements];
    for (int i = 0; i < elements; i++) {
      expected[i] = inputs[i] * 2 + inputs[i];
    }
    assertThat(values(y)).containsExactly(expected);
  }

  @Test
  void broadcastsAsTheLoopsInJavaDo() {
    Shape shape = Shape.of(3, 5, 7, 11);
    List<Shape> shapes =
        List.of(
            shape,
            Shape.of(11),
            Shape.of(5, 1, 1),
            Shape.of(3, 1, 1, 1),
            Shape.of(7, 1),
            Shape.of(3, 1, 7, 1),
            Shape.of(1, 5, 1, 11),
            Shape.SCALAR);
    ScalarExpr sum =
        IntStream.range(0, shapes.size())
            .mapToObj(ScalarExpr::arg)
            .reduce((a, b) -> ScalarExpr.add(ScalarExpr.mul(a, ScalarExpr.constant(3)), b))
            .orElseThrow();
    Fused op = region(shape, shapes.size(), sum);
    List<CpuBuffer> in = shapes.stream().map(s -> buffer(s, i -> i % 17 - 8)).toList();
    CpuBuffer found = buffer(new TensorType(DType.F32, shape));
    CpuBuffer expected = buffer(new TensorType(DType.F32, shape));
    run(op, in, List.of(found));
    List<CpuBuffer> out = List.of(expected);
    run(ElementwiseKernels.inJava(op, types(in), types(out), engine), in, out);
    assertThat(values(found)).containsExactly(values(expected));
  }

  @Test
  void convertsIntegersAndBytes() {
    Shape shape = Shape.of(5);
    CpuBuffer ints = buffer(DType.I32, shape, i -> i * 1000 - 2000);
    CpuBuffer bytes = buffer(DType.U8, shape, i -> 250 + i);
    CpuBuffer y = buffer(new TensorType(DType.F32, shape));
    run(region(shape, 2, ScalarExpr.add(arg(0), arg(1))), List.of(ints, bytes), List.of(y));
    assertThat(values(y)).containsExactly(-1750, -749, 252, 1253, 2254);
  }

  /** Momentum's update: both results lie where their old values do, and a flag may keep those. */
  @ParameterizedTest
  @ValueSource(ints = {5, 50_000})
  void updatesInPlace(int elements) {
    Shape shape = Shape.of(elements);
    ScalarExpr velocity = ScalarExpr.add(ScalarExpr.mul(arg(1), ScalarExpr.constant(0.5)), arg(2));
    ScalarExpr weight = ScalarExpr.sub(arg(0), velocity);
    Fused op =
        region(
            shape,
            4,
            ScalarExpr.select(arg(3), weight, arg(0)),
            ScalarExpr.select(arg(3), velocity, arg(1)));
    for (int flag = 0; flag <= 1; flag++) {
      int on = flag;
      CpuBuffer w = buffer(shape, i -> i % 100);
      CpuBuffer v = buffer(shape, i -> 2 * (i % 7));
      CpuBuffer g = buffer(shape, i -> 1);
      CpuBuffer finite = buffer(Shape.SCALAR, i -> on);
      run(op, List.of(w, v, g, finite), List.of(w, v));
      for (int i = 0; i < elements; i++) {
        int newVelocity = i % 7 + 1;
        assertThat(v.get(i)).isEqualTo(on == 1 ? newVelocity : 2 * (i % 7));
        assertThat(w.get(i)).isEqualTo(on == 1 ? i % 100 - newVelocity : i % 100);
      }
    }
  }

  /** Results that are inputs, each in the other's memory. */
  @Test
  void exchangesInPlace() {
    Shape shape = Shape.of(2000);
    CpuBuffer a = buffer(shape, i -> i);
    CpuBuffer b = buffer(shape, i -> -i);
    run(region(shape, 2, arg(1), arg(0)), List.of(a, b), List.of(a, b));
    assertThat(a.get(1999)).isEqualTo(-1999);
    assertThat(b.get(1999)).isEqualTo(1999);
  }
}
