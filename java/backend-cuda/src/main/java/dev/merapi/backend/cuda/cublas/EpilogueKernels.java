package dev.merapi.backend.cuda.cublas;

import dev.merapi.backend.cuda.kernels.CudaKernel;
import dev.merapi.backend.cuda.kernels.KernelTable;
import dev.merapi.backend.cuda.runtime.CudaBuffer;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.CudaStream;
import dev.merapi.core.backend.Numerics;
import dev.merapi.core.graph.Op;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.pass.epilogue.MatMulWithBias;
import dev.merapi.core.pass.epilogue.WeightAndBiasGrad;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** Matrix products with bias, residual and ReLU, and gradients of dense layers, by cuBLASLt. */
public final class EpilogueKernels {
  private EpilogueKernels() {}

  public static void register(KernelTable table) {
    Numerics numerics = table.numerics();
    table.add(
        MatMulWithBias.class,
        (op, in, out, context) ->
            new LtKernel(
                context, product(op, in, out.get(0), numerics), EpilogueKernels::withBias));
    table.add(
        WeightAndBiasGrad.class,
        (op, in, out, context) ->
            new LtKernel(context, product(op, in, numerics), EpilogueKernels::gradients));
  }

  /** Whether cuBLASLt is there and knows an op on matrices, not stacks of them. */
  public static boolean supports(
      Op op, List<TensorType> inputs, Numerics numerics, CudaContext context) {
    TensorType output = op.inferTypes(inputs).get(0);
    if (!CublasLtLibrary.available() || output.shape().rank() != 2) {
      return false;
    }
    return CublasLt.of(context)
        .supports(
            op instanceof MatMulWithBias biased
                ? product(biased, inputs, output, numerics)
                : product((WeightAndBiasGrad) op, inputs, numerics));
  }

  private static LtProduct product(
      MatMulWithBias op, List<TensorType> inputs, TensorType output, Numerics numerics) {
    LtEpilogue epilogue = op.epilogue().relu() ? LtEpilogue.RELU_BIAS : LtEpilogue.BIAS;
    return new LtProduct(gemm(op.product(), inputs.get(0), output, numerics), epilogue);
  }

  private static LtProduct product(
      WeightAndBiasGrad op, List<TensorType> inputs, Numerics numerics) {
    TensorType weight = op.inferTypes(inputs).get(0);
    Gemm gemm = gemm(WeightAndBiasGrad.PRODUCT, inputs.get(0), weight, numerics);
    return new LtProduct(gemm, LtEpilogue.SUM_A);
  }

  private static Gemm gemm(MatMul op, TensorType a, TensorType c, Numerics numerics) {
    return new Gemm(
        c.dtype(),
        numerics.tf32(),
        op.transposeA(),
        op.transposeB(),
        c.shape().dim(0),
        c.shape().dim(1),
        a.shape().dim(op.transposeA() ? 0 : 1));
  }

  private static LtProduct.Operands withBias(CudaBuffer[] in, CudaBuffer[] out) {
    return new LtProduct.Operands(
        in[0].pointer().address(),
        in[1].pointer().address(),
        in.length > 3 ? in[3].pointer().address() : 0,
        out[0].pointer().address(),
        in[2].pointer().address());
  }

  private static LtProduct.Operands gradients(CudaBuffer[] in, CudaBuffer[] out) {
    return new LtProduct.Operands(
        in[0].pointer().address(),
        in[1].pointer().address(),
        0,
        out[0].pointer().address(),
        out[1].pointer().address());
  }

  /** Which buffer is what. */
  @FunctionalInterface
  private interface Binder {
    LtProduct.Operands operands(CudaBuffer[] inputs, CudaBuffer[] outputs);
  }

  private static final class LtKernel extends CudaKernel {
    private final CublasLt cublasLt;
    private final LtProduct product;
    private final Binder binder;
    private LtMatmul matmul;

    LtKernel(CudaContext context, LtProduct product, Binder binder) {
      cublasLt = CublasLt.of(context);
      this.product = product;
      this.binder = binder;
    }

    @Override
    public String variant() {
      return "cublasLt";
    }

    @Override
    protected void bind(CudaBuffer[] inputs, CudaBuffer[] outputs, CudaBuffer workspace) {
      matmul = cublasLt.bind(product, binder.operands(inputs, outputs));
    }

    @Override
    protected void run(CudaStream stream) {
      matmul.run(stream);
    }

    @Override
    public void release() {
      if (matmul != null) {
        matmul.close();
        matmul = null;
      }
    }
  }
}
