package dev.merapi.backend.reference;

import static dev.merapi.core.op.Ops.add;
import static dev.merapi.core.op.Ops.matMul;
import static dev.merapi.core.op.Ops.tanh;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Memory;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Assign;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.plan.MemoryPlanner;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.TensorType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whichever allocation fails, everything is given back when the store is closed. */
class AllocationFailureTest {
  private int live;
  private int untilFailure;

  /** The reference backend with counted allocations, of which one fails. */
  private Backend failing() {
    Backend real = new ReferenceBackend();
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("allocate") && untilFailure-- == 0) {
                throw new OutOfMemoryError("no memory for " + arguments[1]);
              }
              try {
                Object result = method.invoke(real, arguments);
                return result instanceof Memory memory ? counted(memory) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private Memory counted(Memory real) {
    live++;
    return (Memory)
        Proxy.newProxyInstance(
            Memory.class.getClassLoader(),
            new Class<?>[] {Memory.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                live--;
              }
              return method.invoke(real, arguments);
            });
  }

  @ParameterizedTest
  @EnumSource(MemoryPlanner.Mode.class)
  void nothingIsLostWhicheverAllocationFails(MemoryPlanner.Mode mode) {
    int failures = 0;
    for (int n = 0; failures == n; n++) {
      untilFailure = n;
      try (Backend backend = failing();
          StateStore store = new StateStore(backend)) {
        store.declare(
            List.of(
                VariableSpec.filled("w", TensorType.f32(4, 4), "parameters", 1),
                VariableSpec.filled("b", TensorType.f32(4), "biases", 0)));
        compile(4, store, mode);
        compile(64, store, mode);
      } catch (OutOfMemoryError e) {
        failures++;
      }
      assertThat(live).as("after failing allocation %d", n).isZero();
    }
    assertThat(failures).isGreaterThan(5);
  }

  /** Compiles and closes a program; the larger one makes the arena grow. */
  private static void compile(int batch, StateStore store, MemoryPlanner.Mode mode) {
    Graph graph = new Graph("net", 1);
    Value x = Input.of(graph, "x", TensorType.f32(batch, 4));
    Value w = Variable.of(graph, "w", TensorType.f32(4, 4));
    Value b = Variable.of(graph, "b", TensorType.f32(4));
    graph.output("y", tanh(add(matMul(tanh(matMul(x, w)), w), b)));
    Assign.of(w, add(w, 1));
    Program.compile(graph, store, CompileOptions.DEFAULT.memory(mode)).close();
  }
}
