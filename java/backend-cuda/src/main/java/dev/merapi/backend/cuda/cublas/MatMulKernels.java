package dev.merapi.backend.cuda.cublas;

import dev.merapi.backend.cuda.kernels.CudaKernel;
import dev.merapi.backend.cuda.kernels.KernelTable;
import dev.merapi.backend.cuda.runtime.CudaBuffer;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.CudaStream;
import dev.merapi.backend.cuda.runtime.DevicePointer;
import dev.merapi.core.op.contraction.MatMul;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Positions;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;

/** Matrix products by cuBLAS. */
public final class MatMulKernels {
  private MatMulKernels() {}

  public static void register(KernelTable table) {
    boolean tf32 = table.numerics().tf32();
    table.add(MatMul.class, (op, in, out, context) -> matMul(op, in, out, context, tf32));
  }

  private static CudaKernel matMul(
      MatMul op,
      List<TensorType> inputs,
      List<TensorType> outputs,
      CudaContext context,
      boolean tf32) {
    Shape a = inputs.get(0).shape();
    Shape c = outputs.get(0).shape();
    int k = a.dim(op.transposeA() ? -2 : -1);
    DType dtype = outputs.get(0).dtype();
    Gemm gemm = new Gemm(dtype, tf32, op.transposeA(), op.transposeB(), c.dim(-2), c.dim(-1), k);
    Shape batch = MatMul.batch(c);
    int[] placesA = Positions.broadcast(MatMul.batch(a), batch);
    int[] placesB = Positions.broadcast(MatMul.batch(inputs.get(1).shape()), batch);
    return new MatMulKernel(Cublas.of(context), gemm, runs(placesA, placesB));
  }

  /**
   * Products one behind the other whose matrices lie at regular distances, counted in matrices.
   *
   * @param first the first product
   * @param count how many
   */
  private record Run(int first, int count, int firstA, int stepA, int firstB, int stepB) {}

  /** As few runs as it takes for the matrices A and B of all products. */
  private static List<Run> runs(int[] a, int[] b) {
    List<Run> runs = new ArrayList<>();
    int first = 0;
    while (first < a.length) {
      int second = Math.min(first + 1, a.length - 1);
      int stepA = Math.max(0, a[second] - a[first]);
      int stepB = Math.max(0, b[second] - b[first]);
      int end = first + 1;
      while (end < a.length && a[end] - a[end - 1] == stepA && b[end] - b[end - 1] == stepB) {
        end++;
      }
      runs.add(new Run(first, end - first, a[first], stepA, b[first], stepB));
      first = end;
    }
    return runs;
  }

  private static final class MatMulKernel extends CudaKernel {
    private final Cublas cublas;
    private final Gemm gemm;
    private final List<Run> runs;
    private List<Cublas.Stack> stacks = List.of();

    MatMulKernel(Cublas cublas, Gemm gemm, List<Run> runs) {
      this.cublas = cublas;
      this.gemm = gemm;
      this.runs = runs;
    }

    @Override
    public String variant() {
      return "cublas";
    }

    @Override
    protected void bind(CudaBuffer[] inputs, CudaBuffer[] outputs, CudaBuffer workspace) {
      stacks = new ArrayList<>();
      for (Run run : runs) {
        stacks.add(
            new Cublas.Stack(
                matrix(inputs[0], run.firstA() * gemm.sizeA()),
                run.stepA() * gemm.sizeA(),
                matrix(inputs[1], run.firstB() * gemm.sizeB()),
                run.stepB() * gemm.sizeB(),
                matrix(outputs[0], run.first() * gemm.sizeC()),
                run.count()));
      }
    }

    private DevicePointer matrix(CudaBuffer buffer, long element) {
      return buffer.pointer().plus(element * gemm.dtype().bytes());
    }

    @Override
    protected void run(CudaStream stream) {
      for (int i = 0; i < stacks.size(); i++) {
        cublas.multiply(gemm, stacks.get(i));
      }
    }

    @Override
    public void release() {
      stacks = List.of();
    }
  }
}
