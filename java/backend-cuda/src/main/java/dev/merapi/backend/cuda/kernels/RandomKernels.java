package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.op.random.Dropout;
import dev.merapi.core.op.random.RandomNormal;
import dev.merapi.core.op.random.RandomUniform;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** Draws random numbers; a thread makes the four elements of one block of the generator. */
final class RandomKernels {
  private static final String FILE = "random.cu";
  private static final int BLOCK = 4;

  private RandomKernels() {}

  static void register(KernelTable table) {
    table.add(
        RandomUniform.class,
        (op, inputs, outputs, context) -> draw("uniform_", op.key(), outputs, context));
    table.add(
        RandomNormal.class,
        (op, inputs, outputs, context) -> draw("normal_", op.key(), outputs, context));
    table.add(Dropout.class, RandomKernels::dropout);
  }

  private static CudaKernel draw(
      String kernel, Philox.Key key, List<TensorType> outputs, CudaContext context) {
    return over(
        outputs.get(0),
        kernel,
        context,
        (launch, in, out) -> {
          launch.pointer(in[0]).pointer(in[1]).pointer(out[0]);
          set(launch, outputs.get(0), key);
        });
  }

  private static CudaKernel dropout(
      Dropout op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    return over(
        outputs.get(0),
        "dropout_",
        context,
        (launch, in, out) -> {
          launch.pointer(in[0]).pointer(in[1]).pointer(in[2]).pointer(out[0]);
          set(launch, outputs.get(0), op.key()).int32(op.threshold()).float64(op.scale());
        });
  }

  private static CudaKernel over(
      TensorType output, String kernel, CudaContext context, LaunchKernel.Arguments arguments) {
    long blocks = (output.shape().elements() + BLOCK - 1L) / BLOCK;
    String name = kernel + IndexKernels.suffix(output);
    return LaunchKernel.over(blocks, context.function(FILE, name), context, arguments);
  }

  private static Launch.Builder set(Launch.Builder launch, TensorType output, Philox.Key key) {
    return launch.int32(output.shape().elements()).int32(key.seed()).int32(key.stream());
  }
}
