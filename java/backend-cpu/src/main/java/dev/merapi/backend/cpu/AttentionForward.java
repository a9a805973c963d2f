package dev.merapi.backend.cpu;

import dev.merapi.backend.cpu.NativeSoftmax.Forward;
import dev.merapi.core.op.contraction.ScaledDotProductAttention;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;

/** Attention: weights, and what they make of the values. */
final class AttentionForward extends AttentionKernel {
  private static final int MASK = 3;

  private final MatrixProduct withValues;
  private CpuBuffer logSumExp;
  private BytePointer weights;
  private BytePointer value;
  private BytePointer y;
  private MatrixProduct.Bound mixing;

  AttentionForward(
      ScaledDotProductAttention op, AttentionSizes sizes, List<TensorType> inputs, Engine engine) {
    super(op, sizes, inputs.get(0).shape(), inputs.stream().skip(MASK).findFirst(), engine);
    withValues =
        product(
            sizes.matrices(sizes.queries(), sizes.keys()),
            sizes.matrices(sizes.keys(), sizes.values()),
            sizes.matrices(sizes.queries(), sizes.values()));
  }

  @Override
  void bind(CpuBuffer[] inputs, CpuBuffer[] outputs, CpuBuffer workspace) {
    CpuBuffer mask = inputs.length > MASK ? inputs[MASK] : null;
    weights = bindWeights(inputs[0], inputs[1], mask, workspace);
    value = at(inputs[2], 0);
    y = at(outputs[0], 0);
    logSumExp = outputs[1];
    mixing = bind(withValues, weights, value, y, workspace);
  }

  @Override
  void run(NativeSoftmax<Forward> softmax) {
    softmax.set(Forward.LOG_SUM_EXP, logSumExp.address(), row()).run();
    mixing.run(
        weights,
        move(value, sizes.keys(), sizes.values()),
        move(y, sizes.queries(), sizes.values()));
  }
}
