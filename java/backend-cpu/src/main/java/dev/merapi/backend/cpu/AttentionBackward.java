package dev.merapi.backend.cpu;

import dev.merapi.backend.cpu.NativeSoftmax.Backward;
import dev.merapi.backend.cpu.NativeSoftmax.Forward;
import dev.merapi.core.op.contraction.ScaledDotProductAttention;
import dev.merapi.core.op.contraction.ScaledDotProductAttentionGrad;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;

/**
 * The gradients of attention. The weights are made again by the softmax, not of logSumExp: that
 * cannot tell how many keys share a row of which none is to be seen.
 */
final class AttentionBackward extends AttentionKernel {
  private static final int MASK = 6;

  private final boolean byMask;
  private final double scale;
  private final MatrixProduct withValues;
  private final MatrixProduct byQueries;
  private final MatrixProduct byKeys;
  private final MatrixProduct byValues;
  private final int gradScores;
  private CpuBuffer[] in;
  private CpuBuffer[] out;
  private BytePointer weights;
  private BytePointer gradWeights;
  private BytePointer grad;
  private BytePointer query;
  private BytePointer key;
  private BytePointer value;
  private BytePointer gradQuery;
  private BytePointer gradKey;
  private BytePointer gradValue;
  private NativeSoftmax<Backward> softmaxGrad;
  private MatrixProduct.Bound byWeight;
  private MatrixProduct.Bound byQuery;
  private MatrixProduct.Bound byKey;
  private MatrixProduct.Bound byValue;

  AttentionBackward(
      ScaledDotProductAttentionGrad op,
      AttentionSizes sizes,
      List<TensorType> inputs,
      Engine engine) {
    super(
        new ScaledDotProductAttention(op.scale(), op.causal()),
        sizes,
        inputs.get(1).shape(),
        inputs.stream().skip(MASK).findFirst(),
        engine);
    byMask = op.byMask();
    scale = op.scale();
    int t = sizes.queries();
    int s = sizes.keys();
    int d = sizes.features();
    int e = sizes.values();
    withValues = product(sizes.matrices(t, e), sizes.transposed(e, s), sizes.matrices(t, s));
    byQueries = product(sizes.matrices(t, s), sizes.matrices(s, d), sizes.matrices(t, d));
    byKeys = product(sizes.transposed(s, t), sizes.matrices(t, d), sizes.matrices(s, d));
    byValues = product(sizes.transposed(s, t), sizes.matrices(t, e), sizes.matrices(s, e));
    gradScores = reserveScores();
  }

  @Override
  void bind(CpuBuffer[] inputs, CpuBuffer[] outputs, CpuBuffer workspace) {
    in = inputs;
    out = outputs;
    weights = bindWeights(in[1], in[2], in.length > MASK ? in[MASK] : null, workspace);
    gradWeights = at(workspace, gradScores);
    grad = at(in[0], 0);
    query = at(in[1], 0);
    key = at(in[2], 0);
    value = at(in[3], 0);
    gradQuery = at(out[0], 0);
    gradKey = at(out[1], 0);
    gradValue = at(out[2], 0);
    byWeight = bind(withValues, grad, value, gradWeights, workspace);
    byQuery = bind(byQueries, gradWeights, key, gradQuery, workspace);
    byKey = bind(byKeys, gradWeights, query, gradKey, workspace);
    byValue = bind(byValues, weights, grad, gradValue, workspace);
    softmaxGrad =
        keep(NativeSoftmax.backward(sizes.rows(), sizes.keys(), engine))
            .set(Backward.WEIGHTS, weights, 0)
            .set(Backward.GRAD, gradWeights, 0)
            .set(Backward.SCALE, scale)
            .set(Backward.VALUES, sizes.values());
  }

  @Override
  void run(NativeSoftmax<Forward> softmax) {
    int t = sizes.queries();
    int s = sizes.keys();
    int d = sizes.features();
    int e = sizes.values();
    softmax.run();
    byWeight.run(move(grad, t, e), move(value, s, e), gradWeights);
    long valueRow = (long) row() * e;
    softmaxGrad
        .set(Backward.GRAD_OUTPUT, in[0].address(), valueRow)
        .set(Backward.OUTPUT, in[4].address(), valueRow);
    if (byMask) {
      softmaxGrad.set(Backward.UNSCALED, out[3].address(), (long) row() * s);
    }
    softmaxGrad.run();
    byQuery.run(gradWeights, move(key, s, d), move(gradQuery, t, d));
    byKey.run(gradWeights, move(query, t, d), move(gradKey, s, d));
    byValue.run(weights, grad, move(gradValue, s, e));
  }
}
