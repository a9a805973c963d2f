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
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Programs that assign variables, run three times and compared with the same arithmetic on plain
 * matrices: reads mean old values, whatever is updated in place.
 */
class StateTest {
  private static final Devices DEVICES = new Devices();
  private static final TensorType TYPE = TensorType.f32(3, 3);

  @AfterAll
  static void close() {
    DEVICES.close();
  }

  /** Builds assignments of a and b and gives the output. */
  @FunctionalInterface
  private interface Program {
    Value build(Value a, Value b, Value x);
  }

  /** What a, b and the output become, from a, b and x. */
  @FunctionalInterface
  private interface Step {
    List<NdArray> next(NdArray a, NdArray b, NdArray x);
  }

  private record Scenario(String name, Program program, Step step) {}

  private static List<Scenario> scenarios() {
    return List.of(
        new Scenario(
            "a read means the old value",
            (a, b, x) -> {
              Assign.of(a, Ops.add(a, x));
              return Ops.mul(a, 2);
            },
            (a, b, x) -> List.of(plus(a, x), b, times(a, 2))),
        new Scenario(
            "the new value can be used, too",
            (a, b, x) -> {
              Value updated = Ops.add(a, x);
              Assign.of(a, updated);
              return Ops.sub(updated, a);
            },
            (a, b, x) -> List.of(plus(a, x), b, minus(plus(a, x), a))),
        new Scenario(
            "swap",
            (a, b, x) -> {
              Assign.of(a, b);
              Assign.of(b, a);
              return Ops.sub(a, b);
            },
            (a, b, x) -> List.of(b, a, minus(a, b))),
        new Scenario(
            "crossed updates",
            (a, b, x) -> {
              Assign.of(a, Ops.add(b, x));
              Assign.of(b, Ops.mul(a, 2));
              return Ops.add(a, b);
            },
            (a, b, x) -> List.of(plus(b, x), times(a, 2), plus(a, b))),
        new Scenario(
            "equal updates that share what they add",
            (a, b, x) -> {
              Value step = Ops.transpose(Ops.mul(x, 0.5), 1, 0);
              Assign.of(a, Ops.sub(a, step));
              Assign.of(b, Ops.sub(b, step));
              return a;
            },
            (a, b, x) -> {
              NdArray step = transposed(times(x, 0.5));
              return List.of(minus(a, step), minus(b, step), a);
            }),
        new Scenario(
            "crossed equal updates",
            (a, b, x) -> {
              Assign.of(a, Ops.add(b, x));
              Assign.of(b, Ops.add(a, x));
              return x;
            },
            (a, b, x) -> List.of(plus(b, x), plus(a, x), x)),
        new Scenario(
            "an average of what is updated likewise",
            (a, b, x) -> {
              Assign.of(a, Ops.sub(a, x));
              Assign.of(b, Ops.sub(b, a));
              return x;
            },
            (a, b, x) -> List.of(minus(a, x), minus(b, a), x)),
        new Scenario(
            "momentum: b from a, a from the new b",
            (a, b, x) -> {
              Value velocity = Ops.add(Ops.mul(b, 0.5), x);
              Assign.of(b, velocity);
              Assign.of(a, Ops.sub(a, Ops.mul(velocity, 0.25)));
              return a;
            },
            (a, b, x) -> {
              NdArray velocity = plus(times(b, 0.5), x);
              return List.of(minus(a, times(velocity, 0.25)), velocity, a);
            }),
        new Scenario(
            "an update that reads other elements cannot be in place",
            (a, b, x) -> {
              Assign.of(a, Ops.add(a, Ops.transpose(a, 1, 0)));
              return x;
            },
            (a, b, x) -> List.of(plus(a, transposed(a)), b, x)),
        new Scenario(
            "its own transpose",
            (a, b, x) -> {
              Assign.of(a, Ops.transpose(a, 1, 0));
              return x;
            },
            (a, b, x) -> List.of(transposed(a), b, x)),
        new Scenario(
            "late readers see the old value",
            (a, b, x) -> {
              Assign.of(a, x);
              Value late = Ops.add(Ops.mul(Ops.tanh(x), 0), a);
              Assign.of(b, Ops.transpose(late, 1, 0));
              return late;
            },
            (a, b, x) -> List.of(x, transposed(a), a)),
        new Scenario(
            "one value for two variables",
            (a, b, x) -> {
              Value sum = Ops.add(a, b);
              Assign.of(a, sum);
              Assign.of(b, sum);
              return sum;
            },
            (a, b, x) -> List.of(plus(a, b), plus(a, b), plus(a, b))),
        new Scenario(
            "constants, views and itself",
            (a, b, x) -> {
              Assign.of(a, Ops.reshape(Ops.reshape(b, 9), 3, 3));
              Assign.of(
                  b, Ops.broadcast(Constant.of(a.graph(), TensorType.f32(1), 4), TYPE.shape()));
              return b;
            },
            (a, b, x) -> List.of(b, NdArray.generate(TYPE.shape(), i -> 4), b)),
        new Scenario(
            "an unchanged variable",
            (a, b, x) -> {
              Assign.of(a, a);
              return Ops.add(a, x);
            },
            (a, b, x) -> List.of(a, b, plus(a, x))));
  }

  @TestFactory
  Stream<DynamicTest> keepsItsOrder() {
    List<DynamicTest> tests = new ArrayList<>();
    for (String device : Devices.found()) {
      for (Scenario scenario : scenarios()) {
        for (boolean fuse : new boolean[] {false, true}) {
          for (MemoryPlanner.Mode mode : MemoryPlanner.Mode.values()) {
            CompileOptions options = CompileOptions.DEFAULT.fuse(fuse).memory(mode);
            String name = device + ": " + scenario.name() + (fuse ? ", fused, " : ", ") + mode;
            tests.add(DynamicTest.dynamicTest(name, () -> check(scenario, device, options)));
          }
        }
      }
    }
    return tests.stream();
  }

  private static void check(Scenario scenario, String device, CompileOptions options) {
    Graph graph = new Graph("state", 1);
    Value a = Variable.of(graph, "a", TYPE);
    Value b = Variable.of(graph, "b", TYPE);
    Value x = Input.of(graph, "x", TYPE);
    graph.output("y", scenario.program().build(a, b, x));
    NdArray nowA = NdArray.generate(TYPE.shape(), i -> i[0] * 3 + i[1]);
    NdArray nowB = NdArray.generate(TYPE.shape(), i -> 16 - i[0] * 5 + i[1]);
    List<VariableSpec> variables = List.of(variable("a", nowA), variable("b", nowB));
    try (Compiled compiled = new Compiled(graph, DEVICES.get(device), options, variables)) {
      for (int run = 0; run < 3; run++) {
        double shift = run;
        NdArray in = NdArray.generate(TYPE.shape(), i -> i[0] - i[1] * 0.5 + shift);
        HostTensor y = compiled.run(Map.of("x", tensor(in))).get("y");
        List<NdArray> expected = scenario.step().next(nowA, nowB, in);
        nowA = expected.get(0);
        nowB = expected.get(1);
        require("a", run, nowA, compiled.store().get("a"));
        require("b", run, nowB, compiled.store().get("b"));
        require("output", run, expected.get(2), y);
      }
    }
  }

  private static void require(String what, int run, NdArray expected, HostTensor actual) {
    Samples.requireNear(what + " in run " + run, tensor(expected), actual, new Tolerance(4));
  }

  private static VariableSpec variable(String path, NdArray value) {
    return new VariableSpec(path, TYPE, "parameters", () -> tensor(value));
  }

  private static HostTensor tensor(NdArray array) {
    return HostTensor.of(TYPE, array.values());
  }

  private static NdArray plus(NdArray a, NdArray b) {
    return NdArray.generate(a.shape(), i -> a.at(i) + b.at(i));
  }

  private static NdArray minus(NdArray a, NdArray b) {
    return plus(a, times(b, -1));
  }

  private static NdArray times(NdArray a, double factor) {
    return NdArray.generate(a.shape(), i -> a.at(i) * factor);
  }

  private static NdArray transposed(NdArray a) {
    return NdArray.generate(Shape.of(3, 3), i -> a.at(i[1], i[0]));
  }
}
