package dev.merapi.backend.cpu;

import dev.merapi.core.pass.epilogue.Epilogue;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.post_ops;
import org.bytedeco.dnnl.primitive_attr;

/**
 * An epilogue as oneDNN knows it.
 *
 * <p>NaN stays NaN, as oneDNN's own ReLU and maximum would not have it. The price is that minus
 * infinity becomes NaN, too, where the op by itself gives 0: an overflow is not hidden.
 *
 * @param epilogue what a primitive does to a product and its bias before it stores them
 */
record PostOps(Epilogue epilogue) {
  /** The primitive's attributes, for an output that lies so. */
  primitive_attr attributes(memory.desc output) {
    primitive_attr attributes = Dnnl.attributes();
    try (post_ops after = new post_ops()) {
      if (epilogue.residual()) {
        after.append_binary(dnnl.dnnl_binary_add, output);
      }
      if (epilogue.relu()) {
        // With slope 0, which is an argument; the product of 0 and infinity is NaN.
        after.append_prelu(0);
      }
      attributes.set_post_ops(after);
    }
    return attributes;
  }

  /** Adds the arguments that this needs; the residual is one of the kernel's inputs. */
  DnnlKernel.Builder arguments(DnnlKernel.Builder kernel, int residualInput, memory.desc output) {
    int ops = 0;
    if (epilogue.residual()) {
      kernel.input(argument(ops++) | dnnl.DNNL_ARG_SRC_1, residualInput, output, output);
    }
    if (epilogue.relu()) {
      kernel.zero(argument(ops) | dnnl.DNNL_ARG_WEIGHTS);
    }
    return kernel;
  }

  private static int argument(int postOp) {
    return dnnl.DNNL_ARG_ATTR_MULTIPLE_POST_OP_BASE * (postOp + 1);
  }
}
