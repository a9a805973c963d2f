package dev.merapi.backend.cpu;

import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.pass.epilogue.MatMulWithBias;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.matmul;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;

/** Multiplies matrices; a transposed one is a matter of strides. */
final class MatMulKernels {
  private MatMulKernels() {}

  static void register(KernelTable table) {
    table.add(MatMul.class, MatMulKernels::matMul);
    table.add(MatMulWithBias.class, MatMulKernels::matMulWithBias);
  }

  private static CpuKernel matMul(
      MatMul op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    Operands operands = new Operands(op, inputs, outputs);
    matmul.primitive_desc description =
        new matmul.primitive_desc(
            engine.dnnl().engine(), operands.a, operands.b, operands.c, Dnnl.attributes(), false);
    return operands.arguments(engine, description).build();
  }

  private static CpuKernel matMulWithBias(
      MatMulWithBias op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    memory.desc output = Dnnl.dense(outputs.get(0).shape());
    PostOps after = new PostOps(op.epilogue());
    primitive_attr attributes = after.attributes(output);
    int[] row = new int[outputs.get(0).shape().rank()];
    Arrays.fill(row, 1);
    row[row.length - 1] = outputs.get(0).shape().dim(-1);
    memory.desc bias = Dnnl.dense(Shape.of(row));
    Operands operands = new Operands(op.product(), inputs, outputs);
    matmul.primitive_desc description =
        new matmul.primitive_desc(
            engine.dnnl().engine(), operands.a, operands.b, bias, operands.c, attributes, false);
    DnnlKernel.Builder arguments = operands.arguments(engine, description);
    arguments.input(dnnl.DNNL_ARG_BIAS, 2, bias, bias);
    return after.arguments(arguments, 3, output).build();
  }

  /** How factors and product lie. */
  private static final class Operands {
    final memory.desc a;
    final memory.desc b;
    final memory.desc c;

    Operands(MatMul op, List<TensorType> inputs, List<TensorType> outputs) {
      Shape output = outputs.get(0).shape();
      a = matrices(inputs.get(0).shape(), output.rank(), op.transposeA());
      b = matrices(inputs.get(1).shape(), output.rank(), op.transposeB());
      c = Dnnl.dense(output);
    }

    DnnlKernel.Builder arguments(Engine engine, matmul.primitive_desc description) {
      return new DnnlKernel.Builder(engine.dnnl(), description)
          .input(dnnl.DNNL_ARG_SRC, 0, a, a)
          .input(dnnl.DNNL_ARG_WEIGHTS, 1, b, b)
          .output(dnnl.DNNL_ARG_DST, 0, c, c);
    }
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
