package dev.merapi.backend.cpu;

import dev.merapi.core.op.normalization.LayerNorm;
import dev.merapi.core.op.normalization.LayerNormGrad;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import org.bytedeco.dnnl.batch_normalization_backward;
import org.bytedeco.dnnl.batch_normalization_forward;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.layer_normalization_backward;
import org.bytedeco.dnnl.layer_normalization_forward;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_desc;

/** Normalization of a matrix's rows or columns, and its gradients, by oneDNN. */
final class StandardizationKernels {
  private static final int FLAGS = dnnl.dnnl_use_scale | dnnl.dnnl_use_shift;

  private StandardizationKernels() {}

  static void register(KernelTable table) {
    table.add(
        LayerNorm.class,
        (op, inputs, outputs, engine) ->
            forward(rows(inputs.get(0), outputs.get(1)), op.epsilon(), engine));
    table.add(
        LayerNormGrad.class,
        (op, inputs, outputs, engine) ->
            backward(rows(inputs.get(1), inputs.get(3)), inputs.get(3), engine));
  }

  /** A matrix, of which the columns are normalized for a batch, and the rows for a layer. */
  private record Matrix(
      memory.desc x, memory.desc statistics, memory.desc parameters, boolean ofRows) {}

  private static Matrix rows(TensorType x, TensorType statistic) {
    int count = statistic.shape().elements();
    int length = x.shape().elements() / count;
    return new Matrix(
        Dnnl.dense(Shape.of(count, length)),
        Dnnl.dense(Shape.of(count)),
        Dnnl.dense(Shape.of(length)),
        true);
  }

  /** Batch normalization of x [N, C]. */
  static CpuKernel batchNorm(Shape x, double epsilon, Engine engine) {
    return forward(columns(x), epsilon, engine);
  }

  /** The gradients of batch normalization of x [N, C]. */
  static CpuKernel batchNormGrad(Shape x, TensorType statistics, Engine engine) {
    return backward(columns(x), statistics, engine);
  }

  private static Matrix columns(Shape x) {
    Shape channels = x.slice(1, 2);
    memory.desc perChannel = Dnnl.dense(channels);
    return new Matrix(Dnnl.dense(x.slice(0, 2)), perChannel, perChannel, false);
  }

  private static CpuKernel forward(Matrix m, double epsilon, Engine engine) {
    DnnlKernel kernel =
        new DnnlKernel.Builder(engine.dnnl(), forwardPrimitive(m, (float) epsilon, engine.dnnl()))
            .input(dnnl.DNNL_ARG_SRC, 0, m.x(), m.x())
            .input(dnnl.DNNL_ARG_SCALE, 1, m.parameters(), m.parameters())
            .input(dnnl.DNNL_ARG_SHIFT, 2, m.parameters(), m.parameters())
            .output(dnnl.DNNL_ARG_DST, 0, m.x(), m.x())
            .output(dnnl.DNNL_ARG_MEAN, 1, m.statistics(), m.statistics())
            .output(dnnl.DNNL_ARG_VARIANCE, 2, m.statistics(), m.statistics())
            .build();
    return new VarianceKernels.Forward(kernel, epsilon);
  }

  private static CpuKernel backward(Matrix m, TensorType statistics, Engine engine) {
    DnnlKernel kernel =
        new DnnlKernel.Builder(engine.dnnl(), backwardPrimitive(m, engine.dnnl()))
            .input(dnnl.DNNL_ARG_DIFF_DST, 0, m.x(), m.x())
            .input(dnnl.DNNL_ARG_SRC, 1, m.x(), m.x())
            .input(dnnl.DNNL_ARG_SCALE, 2, m.parameters(), m.parameters())
            .input(dnnl.DNNL_ARG_MEAN, 3, m.statistics(), m.statistics())
            .input(dnnl.DNNL_ARG_VARIANCE, 4, m.statistics(), m.statistics())
            .output(dnnl.DNNL_ARG_DIFF_SRC, 0, m.x(), m.x())
            .output(dnnl.DNNL_ARG_DIFF_SCALE, 1, m.parameters(), m.parameters())
            .output(dnnl.DNNL_ARG_DIFF_SHIFT, 2, m.parameters(), m.parameters())
            .build();
    return new VarianceKernels.Backward(kernel, PhysicalType.dense(statistics));
  }

  private static primitive_desc forwardPrimitive(Matrix m, float epsilon, Dnnl owner) {
    return m.ofRows() ? layer(m, epsilon, owner) : batch(m, epsilon, owner);
  }

  private static layer_normalization_forward.primitive_desc layer(
      Matrix m, float epsilon, Dnnl owner) {
    return new layer_normalization_forward.primitive_desc(
        owner.engine(),
        dnnl.dnnl_forward_training,
        m.x(),
        m.x(),
        m.statistics(),
        epsilon,
        FLAGS,
        Dnnl.attributes(),
        false);
  }

  private static batch_normalization_forward.primitive_desc batch(
      Matrix m, float epsilon, Dnnl owner) {
    return new batch_normalization_forward.primitive_desc(
        owner.engine(),
        dnnl.dnnl_forward_training,
        m.x(),
        m.x(),
        epsilon,
        FLAGS,
        Dnnl.attributes(),
        false);
  }

  /** Epsilon is 0, because it is in the standard deviation already. */
  private static primitive_desc backwardPrimitive(Matrix m, Dnnl owner) {
    return m.ofRows()
        ? new layer_normalization_backward.primitive_desc(
            owner.engine(),
            dnnl.dnnl_backward,
            m.x(),
            m.x(),
            m.x(),
            m.statistics(),
            0f,
            FLAGS,
            layer(m, 0f, owner),
            Dnnl.attributes(),
            false)
        : new batch_normalization_backward.primitive_desc(
            owner.engine(),
            dnnl.dnnl_backward,
            m.x(),
            m.x(),
            m.x(),
            0f,
            FLAGS,
            batch(m, 0f, owner),
            Dnnl.attributes(),
            false);
  }
}
