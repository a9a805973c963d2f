package dev.merapi.backend.cpu;

import dev.merapi.core.pass.epilogue.WeightAndBiasGrad;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.inner_product_backward_weights;
import org.bytedeco.dnnl.inner_product_forward;
import org.bytedeco.dnnl.memory;

/**
 * The gradients of a dense layer's weight and bias, gradOutput^T x and the sums of gradOutput's
 * columns, in one primitive: oneDNN's inner product makes both, where its general product makes
 * one.
 */
final class WeightAndBiasGradKernel {
  private WeightAndBiasGradKernel() {}

  static CpuKernel create(
      WeightAndBiasGrad op, List<TensorType> inputs, List<TensorType> outputs, Engine engine) {
    memory.desc gradOutput = Dnnl.dense(inputs.get(0).shape());
    memory.desc x = Dnnl.dense(inputs.get(1).shape());
    memory.desc weight = Dnnl.dense(outputs.get(0).shape());
    memory.desc bias = Dnnl.dense(outputs.get(1).shape());
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
        .output(dnnl.DNNL_ARG_DIFF_WEIGHTS, 0, weight, weight)
        .output(dnnl.DNNL_ARG_DIFF_BIAS, 1, bias, bias)
        .build();
  }
}
