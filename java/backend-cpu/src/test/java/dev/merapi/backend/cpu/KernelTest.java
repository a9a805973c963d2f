package dev.merapi.backend.cpu;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test of kernels with native loops, one by one, without a program around them. */
abstract class KernelTest {
  private final List<CpuMemory> memories = new ArrayList<>();
  Engine engine;

  @BeforeEach
  void open() {
    assumeTrue(Natives.availability().usable() && NativeLoops.available(), "no native loops");
    engine = Engine.open();
  }

  @AfterEach
  void close() {
    memories.forEach(CpuMemory::close);
    if (engine != null) {
      engine.close();
    }
  }

  final CpuBuffer buffer(TensorType type) {
    CpuMemory memory = new CpuMemory(type.bytes(), "test");
    memories.add(memory);
    return (CpuBuffer) memory.view(0, PhysicalType.dense(type));
  }

  final CpuBuffer buffer(Shape shape, DoubleUnaryOperator value) {
    return buffer(DType.F32, shape, value);
  }

  final CpuBuffer buffer(DType dtype, Shape shape, DoubleUnaryOperator value) {
    CpuBuffer buffer = buffer(new TensorType(dtype, shape));
    for (int i = 0; i < shape.elements(); i++) {
      buffer.set(i, value.applyAsDouble(i));
    }
    return buffer;
  }

  final void run(CpuKernel kernel, List<CpuBuffer> in, List<CpuBuffer> out) {
    int bytes = Math.toIntExact(kernel.workspaceBytes());
    CpuBuffer workspace = bytes == 0 ? null : buffer(new TensorType(DType.U8, Shape.of(bytes)));
    kernel.bind(in.toArray(CpuBuffer[]::new), out.toArray(CpuBuffer[]::new), workspace);
    kernel.run();
    kernel.release();
  }

  static List<TensorType> types(List<CpuBuffer> buffers) {
    return buffers.stream().map(buffer -> buffer.type().type()).toList();
  }
}
