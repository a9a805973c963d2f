package dev.merapi.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.DeviceException;
import dev.merapi.core.backend.Memory;
import dev.merapi.core.backend.PreparedStep;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CpuBackendTest {
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("cpu");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void isWhatAutoChooses() {
    assertThat(Backends.choose("auto").provider().id()).isEqualTo("cpu");
    assertThatThrownBy(() -> new CpuBackendProvider().open(1))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("cpu:1");
  }

  @Test
  void refusesF64() {
    Graph graph = new Graph("f64", 1);
    Value x = Input.of(graph, "x", new TensorType(DType.F64, Shape.of(2, 2)));
    graph.output("y", Ops.matMul(x, x));
    try (StateStore store = new StateStore(backend)) {
      assertThatThrownBy(() -> Program.compile(graph, store, CompileOptions.DEFAULT))
          .isInstanceOf(GraphException.class)
          .hasMessageContaining("F32")
          .hasMessageContaining("F64[2, 2]");
    }
  }

  @Test
  void refusesF64OfOneElement() {
    Graph graph = new Graph("f64", 1);
    Value x = Input.of(graph, "x", new TensorType(DType.F64, Shape.of(1, 1)));
    graph.output("y", Ops.matMul(x, x));
    try (StateStore store = new StateStore(backend)) {
      assertThatThrownBy(() -> Program.compile(graph, store, CompileOptions.DEFAULT))
          .isInstanceOf(GraphException.class)
          .hasMessageContaining("F64[1, 1]");
    }
  }

  @Test
  void memoryIsAlignedAndBounded() {
    TensorType type = new TensorType(DType.F32, Shape.of(4));
    Memory memory = backend.allocate(64, "test");
    CpuBuffer buffer = (CpuBuffer) memory.view(16, PhysicalType.dense(type));
    assertThat((buffer.address().address() - 16) % PhysicalType.ALIGNMENT).isZero();
    buffer.copyFromHost(HostTensor.of(type, 1, 2, 3, 4));
    HostTensor copy = HostTensor.zeros(type);
    buffer.copyToHost(copy);
    assertThat(copy.toFloatArray()).containsExactly(1, 2, 3, 4);
    assertThatThrownBy(() -> memory.view(56, PhysicalType.dense(type)))
        .isInstanceOf(IndexOutOfBoundsException.class);
    memory.close();
    assertThatThrownBy(() -> memory.view(0, PhysicalType.dense(type)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void convolutionsGetGeneratedCode() {
    Graph graph = new Graph("conv", 1);
    Value x = Input.of(graph, "x", new TensorType(DType.F32, Shape.of(2, 16, 14, 14)));
    Value w = Input.of(graph, "w", new TensorType(DType.F32, Shape.of(32, 16, 3, 3)));
    graph.output("y", Ops.conv2d(x, w, Window2d.square(3, 1, 1), 1));
    try (StateStore store = new StateStore(backend);
        Program program = Program.compile(graph, store, CompileOptions.DEFAULT)) {
      assertThat(program.steps().stream().map(PreparedStep::kernelName))
          .anyMatch(name -> name.startsWith("cpu.conv2d.") && !name.contains("ref"));
    }
  }
}
