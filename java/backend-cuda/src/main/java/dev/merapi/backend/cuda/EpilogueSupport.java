package dev.merapi.backend.cuda;

import dev.merapi.backend.cuda.cublas.EpilogueKernels;
import dev.merapi.backend.cuda.cudnn.Conv2dKernels;
import dev.merapi.backend.cuda.kernels.CudaKernel;
import dev.merapi.backend.cuda.kernels.KernelTable;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.core.graph.Op;
import dev.merapi.core.pass.epilogue.ConvolutionWithBias;
import dev.merapi.core.pass.epilogue.Epilogue;
import dev.merapi.core.pass.epilogue.MatMulWithBias;
import dev.merapi.core.pass.epilogue.WeightAndBiasGrad;
import dev.merapi.core.tensor.TensorType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;

/**
 * Which epilogues a device's libraries have, for given types: they are asked, once for each.
 *
 * <p>A ReLU must keep NaN, so that errors are not hidden. cuBLASLt's manual only says max(x, 0),
 * and cuDNN's does not say which of its algorithms keep what its descriptor asks for; so each
 * kernel with a ReLU is tried.
 */
final class EpilogueSupport implements BiPredicate<Op, List<TensorType>> {
  private final KernelTable kernels;
  private final CudaContext context;
  private final Map<Question, Boolean> answers = new HashMap<>();

  private record Question(Op op, List<TensorType> inputs) {}

  EpilogueSupport(KernelTable kernels, CudaContext context) {
    this.kernels = kernels;
    this.context = context;
  }

  @Override
  public boolean test(Op op, List<TensorType> inputs) {
    return answers.computeIfAbsent(new Question(op, inputs), this::ask);
  }

  private boolean ask(Question question) {
    Op op = question.op();
    List<TensorType> inputs = question.inputs();
    if (op instanceof MatMulWithBias product) {
      return EpilogueKernels.supports(op, inputs, kernels.numerics(), context)
          && keepsNan(op, product.epilogue(), inputs);
    } else if (op instanceof ConvolutionWithBias convolution) {
      return Conv2dKernels.supports(convolution, inputs, kernels.numerics(), context)
          && keepsNan(op, convolution.epilogue(), inputs);
    }
    return op instanceof WeightAndBiasGrad
        && EpilogueKernels.supports(op, inputs, kernels.numerics(), context);
  }

  private boolean keepsNan(Op op, Epilogue epilogue, List<TensorType> inputs) {
    if (!epilogue.relu()) {
      return true;
    }
    List<TensorType> outputs = op.inferTypes(inputs);
    CudaKernel kernel = kernels.create(op, inputs, outputs, context);
    return new NanTrial(context).keepsNan(kernel, inputs, outputs.get(0));
  }
}
