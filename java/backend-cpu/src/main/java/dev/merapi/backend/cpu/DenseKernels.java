package dev.merapi.backend.cpu;

import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;

/**
 * The products of two matrices that a dense layer is made of, y = x weight^T and the weight's
 * gradient gradOutput^T x, as oneDNN's inner product: some 10 % faster than its general product,
 * and the gradient of the bias comes with that of the weight.
 */
final class DenseKernels {
  private DenseKernels() {}

  static void register(KernelTable table) {
    table.add(WeightAndBiasGrad.class, DenseKernels::weightAndBiasGrad);
  }

  /** Whether a product is y = x weight^T. */
  static boolean isForward(MatMul op, List<TensorType> inputs) {
    return areMatrices(inputs) && !op.transposeA() && op.transposeB();
  }

  /** Whether a product is gradOutput^T x. */
  static boolean isWeightGrad(MatMul op, List<TensorType> inputs) {
    return areMatrices(inputs) && op.transposeA() && !op.transposeB();
  }

  private static boolean areMatrices(List<TensorType> inputs) {
    return inputs.get(0).shape().rank() == 2 && inputs.get(1).shape().rank() == 2;
  }

  /** y = x weight^T; with a bias, when its layout is not empty, as the third input. */
  static DnnlKernel.Builder forward(
      List<TensorType> inputs,
      List<TensorType> outputs,
      memory.desc bias,
      primitive_attr attributes,
      Engine engine) {
    memory.desc x = Dnnl.dense(inputs.get(0).shape());
    memory.desc weight = Dnnl.dense(inputs.get(1).shape());
    memory.desc y = Dnnl.dense(outputs.get(0).shape());
    inner_product_forward.primitive_desc description =
        new inner_product_forward.primitive_desc(
            engine.dnnl().engine(),
            dnnl.dnnl_forward_inference,
            x,
            weight,
            bias,
            y,
            attributes,
            false);
    return new DnnlKernel.Builder(engine.dnnl(), description)
        .input(dnnl.DNNL_ARG_SRC, 0, x, x)
        .input(dnnl.DNNL_ARG_WEIGHTS, 1, weight, weight)
        .output(dnnl.DNNL_ARG_DST, 0, y, y);
  }

  /** gradOutput^T x. */
  static CpuKernel weightGrad(List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    return weightGrad(inputs, outputs, new memory.desc(), engine).build();
  }

  private static CpuKernel weightAndBiasGrad(
      WeightAndBiasGrad op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    memory.desc bias = Dnnl.dense(outputs.get(1).shape());
    return weightGrad(inputs, outputs, bias, engine)
        .output(dnnl.DNNL_ARG_DIFF_BIAS, 1, bias, bias)
        .build();
  }

  private static DnnlKernel.Builder weightGrad(
      List<TensorType> inputs, List<TensorType> outputs, memory.desc bias, Engine engine) {
    memory.desc gradOutput = Dnnl.dense(inputs.get(0).shape());
    memory.desc x = Dnnl.dense(inputs.get(1).shape());
    memory.desc weight = Dnnl.dense(outputs.get(0).shape());
    inner_product_forward.primitive_desc forward =
        new inner_product_forward.primitive_desc(
            engine.dnnl().engine(),
            dnnl.dnnl_forward_training,
            x,
            weight,
            bias,
            gradOutput,
            Dnnl.attributes(),
            false);
    inner_product_backward_weights.primitive_desc description =
        new inner_product_backward_weights.primitive_desc(
            engine.dnnl().engine(), x, weight, bias, gradOutput, forward, Dnnl.attributes(), false);
    return new DnnlKernel.Builder(engine.dnnl(), description)
        .input(dnnl.DNNL_ARG_DIFF_DST, 0, gradOutput, gradOutput)
        .input(dnnl.DNNL_ARG_SRC, 1, x, x)
        .output(dnnl.DNNL_ARG_DIFF_WEIGHTS, 0, weight, weight);
  }
}
