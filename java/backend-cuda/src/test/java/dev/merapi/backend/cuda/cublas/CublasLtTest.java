package dev.merapi.backend.cuda.cublas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.CudaDevices;
import dev.merapi.backend.cuda.runtime.CudaMemory;
import dev.merapi.core.backend.Buffer;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.runtime.Owned;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The native library itself: each epilogue, and each error. */
class CublasLtTest {
  /** 2 x 3 by 3 x 2. */
  private static final Gemm GEMM = new Gemm(DType.F32, false, false, false, 2, 2, 3);

  private final Owned owned = new Owned();
  private CudaContext context;
  private CublasLt lt;

  @BeforeEach
  void open() {
    assumeTrue(CudaDevices.availability().usable(), CudaDevices.availability().reason());
    assumeTrue(CublasLtLibrary.available(), CublasLtLibrary.description());
    context = CudaContext.open(0);
    owned.add(context::close);
    lt = CublasLt.of(context);
  }

  @AfterEach
  void close() {
    owned.close();
  }

  private record Tensor(long address, Buffer buffer) {
    float[] read() {
      HostTensor values = HostTensor.zeros(buffer.type().type());
      buffer.copyToHost(values);
      return values.toFloatArray();
    }
  }

  private Tensor tensor(HostTensor values) {
    CudaMemory memory = new CudaMemory(context, values.type().bytes(), "test");
    owned.add(memory::close);
    Buffer buffer = memory.view(0, PhysicalType.dense(values.type()));
    buffer.copyFromHost(values);
    return new Tensor(memory.pointer().address(), buffer);
  }

  private Tensor tensor(float... values) {
    return tensor(HostTensor.of(Shape.of(values.length), values));
  }

  private void run(LtProduct product, LtProduct.Operands operands) {
    try (LtMatmul matmul = lt.bind(product, operands)) {
      matmul.run(context.stream());
      context.stream().synchronize();
    }
  }

  /** A = [1 2 3; 4 5 6], B = [7 8; 9 10; 11 12]: [58 64; 139 154]. */
  private float[] product(LtEpilogue epilogue, Tensor c, Tensor bias) {
    Tensor d = tensor(-1, -1, -1, -1);
    run(
        new LtProduct(GEMM, epilogue),
        new LtProduct.Operands(
            tensor(1, 2, 3, 4, 5, 6).address(),
            tensor(7, 8, 9, 10, 11, 12).address(),
            c == null ? 0 : c.address(),
            d.address(),
            bias == null ? 0 : bias.address()));
    return d.read();
  }

  @Test
  void multiplies() {
    assertThat(product(LtEpilogue.NONE, null, null)).containsExactly(58, 64, 139, 154);
    assertThat(product(LtEpilogue.NONE, tensor(1, 2, 3, 4), null))
        .containsExactly(59, 66, 142, 158);
  }

  @Test
  void addsABiasToEachColumn() {
    Tensor bias = tensor(-100, 1);
    assertThat(product(LtEpilogue.BIAS, null, bias)).containsExactly(-42, 65, 39, 155);
    assertThat(product(LtEpilogue.RELU_BIAS, null, bias)).containsExactly(0, 65, 39, 155);
    assertThat(product(LtEpilogue.RELU_BIAS, tensor(43, 0, -40, 0), bias))
        .containsExactly(1, 65, 0, 155);
  }

  /** PyTorch: gelu(tensor([-1., 1.]), approximate='tanh'). */
  @Test
  void geluIsTheApproximation() {
    Tensor c = tensor(-58, -64, -139, -154);
    assertThat(product(LtEpilogue.GELU_BIAS, c, tensor(-1, 1)))
        .containsExactly(new float[] {-0.158808f, 0.841192f, -0.158808f, 0.841192f}, within(1e-5f));
  }

  @Test
  void sumsWhatABiasOwes() {
    Tensor sums = tensor(0, 0);
    assertThat(product(LtEpilogue.SUM_A, null, sums)).containsExactly(58, 64, 139, 154);
    assertThat(sums.read()).containsExactly(6, 15);
    product(LtEpilogue.SUM_B, null, sums);
    assertThat(sums.read()).containsExactly(27, 30);
  }

  @Test
  void multipliesInF64() {
    Tensor a = tensor(HostTensor.of(Shape.of(1, 2), 1d, 0x1p-40));
    Tensor b = tensor(HostTensor.of(Shape.of(2, 1), 1d, 1d));
    Tensor d = tensor(HostTensor.of(Shape.of(1), 0d));
    run(
        new LtProduct(new Gemm(DType.F64, false, false, false, 1, 1, 2), LtEpilogue.NONE),
        new LtProduct.Operands(a.address(), b.address(), 0, d.address(), 0));
    HostTensor result = HostTensor.of(Shape.of(1), 0d);
    d.buffer().copyToHost(result);
    assertThat(result.get(0)).isEqualTo(1 + 0x1p-40);
  }

  /** A view into a buffer is aligned to less, and another algorithm is chosen. */
  @Test
  void matricesMayLieAnywhere() {
    Tensor a = tensor(0, 2, 3);
    Tensor b = tensor(5, 7);
    Tensor d = tensor(-1, -1);
    run(
        new LtProduct(new Gemm(DType.F32, false, false, false, 1, 1, 2), LtEpilogue.NONE),
        new LtProduct.Operands(a.address() + 4, b.address(), 0, d.address() + 4, 0));
    assertThat(d.read()).containsExactly(-1, 31);
  }

  @Test
  void saysWhatItSupports() {
    assertThat(lt.supports(new LtProduct(GEMM, LtEpilogue.RELU_BIAS))).isTrue();
    assertThat(lt.supports(new LtProduct(GEMM, LtEpilogue.SUM_A))).isTrue();
  }

  @Test
  void whatThereIsNoAlgorithmForIsUnsupported() {
    long[] numbers = numbers();
    numbers[2] = 2 | 4 | 128; // RELU_AUX_BIAS without its second output
    assumeTrue(System.getProperty("merapi.cuda.standIn") != null, "these are CUDA's own libraries");
    assertThatThrownBy(() -> create(numbers))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("cublasLtMatmulAlgoGetHeuristic: CUBLAS_STATUS_NOT_SUPPORTED (15)");
  }

  private long[] numbers() {
    return new LtProduct(GEMM, LtEpilogue.NONE)
        .numbers(LtProduct.Operands.ANYWHERE, Workspace.of(context));
  }

  private void create(long[] numbers) {
    long handle = CublasLtLibrary.create();
    owned.add(() -> CublasLtLibrary.destroy(handle));
    long matmul = CublasLtLibrary.createMatmul(handle, numbers);
    CublasLtLibrary.destroyMatmul(matmul);
  }

  @Test
  void aFailedCallIsNamedWithItsStatus() {
    long[] numbers = numbers();
    numbers[1] = 77; // TF32, which the stand-in refuses
    assumeTrue(System.getProperty("merapi.cuda.standIn") != null, "these are CUDA's own libraries");
    assertThatThrownBy(() -> create(numbers))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cublasLtMatmulAlgoGetHeuristic: CUBLAS_STATUS_INVALID_VALUE (7)");
  }

  @Test
  void aFailedProductIsNamed() {
    assumeTrue(System.getProperty("merapi.cuda.standIn") != null, "these are CUDA's own libraries");
    Tensor a = tensor(1, 2, 3, 4, 5, 6);
    LtProduct.Operands noBias =
        new LtProduct.Operands(a.address(), a.address(), 0, tensor(0, 0, 0, 0).address(), 0);
    assertThatThrownBy(() -> run(new LtProduct(GEMM, LtEpilogue.RELU_BIAS), noBias))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "cuBLASLt: cublasLtMatmul: CUBLAS_STATUS_INVALID_VALUE (7) in the product of F32 [2, 3]"
                + " and [3, 2] with epilogue RELU_BIAS");
  }

  @Test
  void aClosedProductCannotRun() {
    LtMatmul matmul = lt.bind(new LtProduct(GEMM, LtEpilogue.NONE), LtProduct.Operands.ANYWHERE);
    matmul.close();
    matmul.close();
    assertThatThrownBy(() -> matmul.run(context.stream())).hasMessageContaining("has been closed");
  }

  @Test
  void aHandleThatIsNoneIsRefused() {
    assumeTrue(System.getProperty("merapi.cuda.standIn") != null, "these are CUDA's own libraries");
    assertThatThrownBy(() -> CublasLtLibrary.destroy(42))
        .hasMessage("cublasLtDestroy: CUBLAS_STATUS_INVALID_VALUE (7)");
    assertThatThrownBy(() -> CublasLtLibrary.createMatmul(42, numbers()))
        .hasMessage("cublasLtMatmulAlgoGetHeuristic: CUBLAS_STATUS_INVALID_VALUE (7)");
  }

  @Test
  void aProductIsFifteenNumbers() {
    assertThatThrownBy(() -> create(IntStream.range(0, 3).asLongStream().toArray()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a product is 15 numbers, found 3");
  }

  @Test
  void aMissingLibraryIsNamed() {
    assertThatThrownBy(() -> CublasLtLibrary.open(new String[] {"libcublasLt.so.99"}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("libcublasLt.so.99: cannot open shared object file");
    assertThatThrownBy(() -> CublasLtLibrary.open(new String[] {}))
        .hasMessage("no name of cuBLASLt was given");
  }

  /** One that is loaded but lacks the functions. */
  @Test
  void aMissingFunctionIsNamed() {
    assertThatThrownBy(() -> CublasLtLibrary.open(new String[] {"libm.so.6"}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("cublasLtCreate");
  }

  @Test
  void saysWhichVersionItIs() {
    assertThat(CublasLtLibrary.description()).matches("epilogues by cuBLASLt \\d+\\.\\d+\\.\\d+");
  }
}
