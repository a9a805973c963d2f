package dev.merapi.backend.cuda;

import dev.merapi.backend.cuda.kernels.CudaKernel;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.CudaMemory;
import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.Buffers;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.runtime.Owned;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import jcuda.driver.JCudaDriver;

/** Runs a kernel once in memory of its own, to see what becomes of NaN. */
final class NanTrial {
  private static final int BIAS = 2;
  private static final int LOOKED_AT = 1 << 12;

  private final CudaContext context;

  NanTrial(CudaContext context) {
    this.context = context;
  }

  /**
   * Whether the results are NaN where the bias is.
   *
   * @param kernel of a product with a bias, all in F32
   * @return false, too, when the library does not know how to run it
   */
  boolean keepsNan(CudaKernel kernel, List<TensorType> inputs, TensorType output) {
    try (Owned owned = new Owned()) {
      List<Buffer> in = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        in.add(filled(inputs.get(i), i == BIAS ? Float.NaN : 0, owned));
      }
      TensorType beginning =
          output.withShape(Shape.of(Math.min(LOOKED_AT, output.shape().elements())));
      CudaMemory made = allocate(PhysicalType.dense(output).bytes(), owned);
      Buffer y = made.view(0, PhysicalType.dense(output));
      long bytes = kernel.workspaceBytes();
      Buffer workspace =
          bytes == 0 ? null : allocate(bytes, owned).view(0, PhysicalType.workspace(bytes));
      Buffers buffers = new Buffers(in, List.of(y), workspace);
      owned.add(kernel::release);
      kernel.bind(buffers);
      kernel.launch(buffers, context.stream());
      HostTensor results = HostTensor.zeros(beginning);
      made.view(0, PhysicalType.dense(beginning)).copyToHost(results);
      return IntStream.range(0, results.elements()).allMatch(i -> Double.isNaN(results.get(i)));
    } catch (UnsupportedOperationException e) {
      return false;
    }
  }

  private CudaMemory allocate(long bytes, Owned owned) {
    CudaMemory memory = new CudaMemory(context, bytes, "a trial of a kernel");
    owned.add(memory::close);
    return memory;
  }

  private Buffer filled(TensorType type, float value, Owned owned) {
    CudaMemory memory = allocate(PhysicalType.dense(type).bytes(), owned);
    JCudaDriver.cuMemsetD32Async(
        memory.pointer(),
        Float.floatToRawIntBits(value),
        type.shape().elements(),
        context.stream().handle());
    return memory.view(0, PhysicalType.dense(type));
  }
}
