package dev.merapi.backend.cpu;

import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;

/** Multiplies matrices; a transposed one is a matter of strides. */
final class MatMulKernels {
  private MatMulKernels() {}

  static void register(KernelTable table) {
    table.add(MatMul.class, MatMulKernels::matMul);
  }

  private static CpuKernel matMul(
      MatMul op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    Shape output = outputs.get(0).shape();
    memory.desc a = matrices(inputs.get(0).shape(), output.rank(), op.transposeA());
    memory.desc b = matrices(inputs.get(1).shape(), output.rank(), op.transposeB());
    memory.desc c = Dnnl.dense(output);
    matmul.primitive_desc description =
        new matmul.primitive_desc(engine.dnnl().engine(), a, b, c, Dnnl.attributes(), false);
    return new DnnlKernel.Builder(engine.dnnl(), description)
        .input(dnnl.DNNL_ARG_SRC, 0, a, a)
        .input(dnnl.DNNL_ARG_WEIGHTS, 1, b, b)
        .output(dnnl.DNNL_ARG_DST, 0, c, c)
        .build();
  }

  /** A stack of matrices with as many axes as the output; the last two perhaps exchanged. */
  static memory.desc matrices(Shape shape, int rank, boolean transposed) {
    int[] ones = new int[rank - shape.rank()];
    Arrays.fill(ones, 1);
    Shape full = Shape.of(ones).concat(shape);
    long[] dims = Dnnl.longs(full.toArray());
    long[] strides = Dnnl.longs(full.strides());
    if (transposed) {
      exchangeLastTwo(dims);
      exchangeLastTwo(strides);
    }
    return Dnnl.strided(dims, strides);
  }

  private static void exchangeLastTwo(long[] values) {
    int last = values.length - 1;
    long value = values[last];
    values[last] = values[last - 1];
    values[last - 1] = value;
  }
}
