package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.op.movement.Gather;
import dev.merapi.core.op.movement.OneHot;
import dev.merapi.core.op.movement.ScatterAdd;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import java.util.Locale;
import jcuda.driver.CUfunction;

/** Finds elements by indices. One outside of its axis stops the device with an assertion. */
final class IndexKernels {
  static final String FILE = "index.cu";

  private IndexKernels() {}

  static void register(KernelTable table) {
    table.add(Gather.class, IndexKernels::gather);
    table.add(ScatterAdd.class, ScatterAddKernel::create);
    table.add(OneHot.class, IndexKernels::oneHot);
  }

  private static CudaKernel gather(
      Gather op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    Shape x = inputs.get(0).shape();
    int bytes = inputs.get(0).dtype().bytes();
    int size = x.dim(op.axis());
    int inner = x.slice(op.axis() + 1, x.rank()).elements();
    int count = inputs.get(1).shape().elements();
    int elements = outputs.get(0).shape().elements();
    return new LaunchKernel(
        "",
        0,
        (in, out, workspace) -> {
          int width = Packs.canBeginAt(List.of(in[0], out[0])) ? Packs.BYTES / bytes : 1;
          while (inner % width != 0) {
            width /= 2;
          }
          int units = elements / width;
          CUfunction function = context.function(FILE, "gather_" + width * bytes);
          Launch.Builder launch = LaunchKernel.grid(Launch.of(function), units, context);
          launch.pointer(in[0]).pointer(in[1]).pointer(out[0]).int32(units).int32(size);
          Divisor.set(launch, count);
          return List.of(Divisor.set(launch, inner / width).build());
        });
  }

  private static CudaKernel oneHot(
      OneHot op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    int elements = outputs.get(0).shape().elements();
    return LaunchKernel.over(
        elements,
        context.function(FILE, "one_hot_" + suffix(outputs.get(0))),
        context,
        (launch, in, out) -> {
          Launch.Builder arguments = launch.pointer(in[0]).pointer(out[0]).int32(elements);
          Divisor.set(arguments, op.depth());
        });
  }

  /** What the name of a kernel for these elements ends in. */
  static String suffix(TensorType type) {
    return type.dtype().name().toLowerCase(Locale.ROOT);
  }
}
