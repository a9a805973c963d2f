package dev.merapi.conformance;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.plan.MemoryPlanner;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Random programs of many small ops, views and assignments, by plain arithmetic: finds memory that
 * is shared too early, state that is written too early, and fusion across what must not be crossed.
 */
class RandomProgramTest {
  private static final Devices DEVICES = new Devices();
  private static final int PROGRAMS = 60;
  private static final int NODES = 30;
  private static final Shape SQUARE = Shape.of(4, 4);
  private static final List<String> VARIABLES = List.of("a", "b", "c");
  private static final List<String> INPUTS = List.of("x", "y");

  @AfterAll
  static void close() {
    DEVICES.close();
  }

  /** A matrix of the program, and how to compute it from the named inputs and variables. */
  private record Matrix(Value value, Formula formula) {}

  @FunctionalInterface
  private interface Formula {
    NdArray eval(Map<String, NdArray> named);
  }

  @TestFactory
  Stream<DynamicTest> computesWhatItSays() {
    return Devices.found().stream()
        .flatMap(
            device ->
                IntStream.range(0, PROGRAMS)
                    .mapToObj(
                        seed ->
                            DynamicTest.dynamicTest(
                                device + ": program " + seed, () -> check(device, seed))));
  }

  private static void check(String device, int seed) {
    DType dtype = device.equals("reference") ? DType.F64 : DType.F32;
    for (boolean fuse : new boolean[] {false, true}) {
      for (boolean decompose : new boolean[] {false, true}) {
        for (MemoryPlanner.Mode mode : MemoryPlanner.Mode.values()) {
          new Program(seed, dtype)
              .check(
                  device, CompileOptions.DEFAULT.fuse(fuse).decomposeAll(decompose).memory(mode));
        }
      }
    }
  }

  private static final class Program {
    private final Random random;
    private final TensorType type;
    private final Graph graph = new Graph("random", 1);
    private final List<Matrix> matrices = new ArrayList<>();
    private final Map<String, Formula> outputs = new LinkedHashMap<>();
    private final Map<String, Formula> updates = new LinkedHashMap<>();

    Program(int seed, DType dtype) {
      random = new Random(seed);
      type = new TensorType(dtype, SQUARE);
      for (String name : INPUTS) {
        matrices.add(new Matrix(Input.of(graph, name, type), named -> named.get(name)));
      }
      for (String path : VARIABLES) {
        matrices.add(new Matrix(Variable.of(graph, path, type), named -> named.get(path)));
      }
      for (int i = 0; i < NODES; i++) {
        matrices.add(next());
      }
      for (int i = 0; i < 4; i++) {
        Matrix output = any();
        graph.output("out" + i, output.value());
        outputs.put("out" + i, output.formula());
      }
      for (int i = 0; i < VARIABLES.size(); i++) {
        if (random.nextInt(3) > 0) {
          Matrix update = any();
          Assign.of(matrices.get(INPUTS.size() + i).value(), update.value());
          updates.put(VARIABLES.get(i), update.formula());
        }
      }
    }

    private Matrix any() {
      return matrices.get(random.nextInt(matrices.size()));
    }

    private Matrix next() {
      Matrix p = any();
      Matrix q = any();
      return switch (random.nextInt(12)) {
        case 0 -> zip(Ops.add(p.value(), q.value()), p, q, Double::sum);
        case 1 -> zip(Ops.sub(p.value(), q.value()), p, q, (a, b) -> a - b);
        case 2 -> zip(Ops.mul(Ops.tanh(p.value()), q.value()), p, q, (a, b) -> Math.tanh(a) * b);
        case 3 -> zip(Ops.max(p.value(), q.value()), p, q, (a, b) -> a > b ? a : b);
        case 4 -> map(Ops.relu(Ops.sin(p.value())), p, a -> Math.max(0, Math.sin(a)));
        case 5 -> map(Ops.add(Ops.mul(p.value(), 0.5), 1), p, a -> a / 2 + 1);
        case 6 -> {
          Value transposed = Ops.transpose(p.value(), 1, 0);
          yield at(transposed, p, (x, i) -> x.at(i[1], i[0]));
        }
        case 7 -> {
          Value sum = Ops.mul(Ops.sumKeepDims(p.value(), 1), 0.25);
          yield at(
              Ops.broadcast(sum, SQUARE),
              p,
              (x, i) -> (x.at(i[0], 0) + x.at(i[0], 1) + x.at(i[0], 2) + x.at(i[0], 3)) / 4);
        }
        case 8 -> product(p, q);
        case 9 -> shifted(p);
        case 10 -> halves(p, q);
        default -> {
          Value softmax = Ops.softmax(Ops.tanh(p.value()), 0);
          yield at(
              softmax,
              p,
              (x, i) -> {
                double sum = 0;
                for (int k = 0; k < 4; k++) {
                  sum += Math.exp(Math.tanh(x.at(k, i[1])) - Math.tanh(x.at(i)));
                }
                return 1 / sum;
              });
        }
      };
    }

    /** tanh(P Q / 4), so that numbers stay ordinary. */
    private Matrix product(Matrix p, Matrix q) {
      Value product = Ops.tanh(Ops.mul(Ops.matMul(p.value(), q.value()), 0.25));
      return new Matrix(
          product,
          memo(
              named -> {
                NdArray x = p.formula().eval(named);
                NdArray y = q.formula().eval(named);
                return NdArray.generate(
                    SQUARE,
                    i -> {
                      double sum = 0;
                      for (int k = 0; k < 4; k++) {
                        sum += x.at(i[0], k) * y.at(k, i[1]);
                      }
                      return Math.tanh(sum / 4);
                    });
              }));
    }

    /** All elements five places on in row-major order: views around a slice and a pad. */
    private Matrix shifted(Matrix p) {
      Value flat = Ops.reshape(p.value(), 16);
      Value cut = Ops.slice(flat, List.of(0), List.of(11));
      Value moved = Ops.reshape(Ops.pad(cut, List.of(5), List.of(0), -1), 4, 4);
      return at(moved, p, (x, i) -> i[0] * 4 + i[1] < 5 ? -1 : x.values()[i[0] * 4 + i[1] - 5]);
    }

    /** The upper half of one and the lower half of another, times a constant. */
    private Matrix halves(Matrix p, Matrix q) {
      Value upper = Ops.slice(p.value(), List.of(0, 0), List.of(2, 4));
      Value lower = Ops.slice(q.value(), List.of(2, 0), List.of(4, 4));
      Value scale = Constant.of(graph, type, 0.75);
      return new Matrix(
          Ops.mul(Ops.concat(0, upper, lower), scale),
          memo(
              named -> {
                NdArray x = p.formula().eval(named);
                NdArray y = q.formula().eval(named);
                return NdArray.generate(SQUARE, i -> (i[0] < 2 ? x.at(i) : y.at(i)) * 0.75);
              }));
    }

    @FunctionalInterface
    private interface Element {
      double at(NdArray x, int[] index);
    }

    private static Matrix at(Value value, Matrix p, Element element) {
      return new Matrix(
          value,
          memo(
              named -> {
                NdArray x = p.formula().eval(named);
                return NdArray.generate(SQUARE, i -> element.at(x, i));
              }));
    }

    private static Matrix map(Value value, Matrix p, DoubleUnaryOperator f) {
      return at(value, p, (x, i) -> f.applyAsDouble(x.at(i)));
    }

    private static Matrix zip(Value value, Matrix p, Matrix q, DoubleBinaryOperator f) {
      return new Matrix(
          value,
          memo(
              named -> {
                NdArray x = p.formula().eval(named);
                NdArray y = q.formula().eval(named);
                return NdArray.generate(SQUARE, i -> f.applyAsDouble(x.at(i), y.at(i)));
              }));
    }

    /** Computes once for each map of named matrices: many formulas share their parts. */
    private static Formula memo(Formula formula) {
      Map<Map<String, NdArray>, NdArray> known = new IdentityHashMap<>();
      return named -> {
        NdArray result = known.get(named);
        if (result == null) {
          result = formula.eval(named);
          known.put(named, result);
        }
        return result;
      };
    }

    void check(String device, CompileOptions options) {
      Map<String, NdArray> named = new LinkedHashMap<>();
      List<VariableSpec> specs = new ArrayList<>();
      for (String path : VARIABLES) {
        NdArray value = draw();
        named.put(path, value);
        specs.add(new VariableSpec(path, type, "parameters", () -> tensor(value)));
      }
      try (Compiled compiled = new Compiled(graph, DEVICES.get(device), options, specs)) {
        for (int run = 0; run < 3; run++) {
          Map<String, HostTensor> inputs = new LinkedHashMap<>();
          for (String name : INPUTS) {
            named.put(name, draw());
            inputs.put(name, tensor(named.get(name)));
          }
          Map<String, NdArray> before = new LinkedHashMap<>(named);
          Map<String, HostTensor> actual = compiled.run(inputs);
          outputs.forEach((name, formula) -> require(name, formula.eval(before), actual.get(name)));
          updates.forEach((path, formula) -> named.put(path, formula.eval(before)));
          for (String path : VARIABLES) {
            require(path, named.get(path), compiled.store().get(path));
          }
        }
      }
    }

    private NdArray draw() {
      return NdArray.generate(SQUARE, i -> Math.rint(random.nextGaussian() * 64) / 64);
    }

    private HostTensor tensor(NdArray array) {
      return HostTensor.of(type, array.values());
    }

    private void require(String what, NdArray expected, HostTensor actual) {
      Samples.requireNear(what, tensor(expected), actual, new Tolerance(1 << 16));
    }
  }
}
