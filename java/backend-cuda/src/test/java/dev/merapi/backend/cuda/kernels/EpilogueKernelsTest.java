package dev.merapi.backend.cuda.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.plan.MemoryPlanner;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Products with what follows them, by cuBLASLt and cuDNN, against values worked out by hand. */
class EpilogueKernelsTest {
  /** What makes a stand-in's ReLU within a product hide NaN. */
  private static final int HIDE_NAN = 0x454D000C;

  private static final String WITHOUT = "merapi.cuda.cublasLt";

  private final Graph graph = new Graph("test", 1);
  private final Bindings bindings = new Bindings();

  @BeforeEach
  void require() {
    var availability = Backends.availability().get("cuda");
    assumeTrue(availability.usable(), availability.reason());
    assumeTrue(!availability.reason().contains("no epilogues"), "the native library was not built");
  }

  @AfterEach
  void restore() {
    System.clearProperty(WITHOUT);
    if (System.getProperty("merapi.cuda.standIn") != null) {
      JCudaDriver.cuCtxSetLimit(HIDE_NAN, 0);
    }
  }

  private Value input(String name, int[] dims, float... values) {
    bindings.input(name, HostTensor.of(Shape.of(dims), values));
    return Input.of(graph, name, new TensorType(DType.F32, Shape.of(dims)));
  }

  /** Runs by these kernels, where they are known: what CUDA's own libraries like best is not. */
  private void runBy(String... kernels) {
    List<String> found = run();
    if (System.getProperty("merapi.cuda.standIn") != null) {
      assertThat(found).containsExactlyInAnyOrder(kernels);
    }
  }

  /** Runs the graph launched, recorded and replayed; gives the kernels' names. */
  private List<String> run() {
    graph.outputs().forEach((name, value) -> bindings.output(name, HostTensor.zeros(value.type())));
    CompileOptions options =
        CompileOptions.DEFAULT.memory(MemoryPlanner.Mode.ONE_ALLOCATION_PER_BUFFER);
    try (Backend backend = Backends.open("cuda");
        StateStore store = new StateStore(backend);
        Program program = Program.compile(graph, store, options)) {
      for (int i = 0; i < 3; i++) {
        program.run(bindings);
      }
      return program.steps().stream().map(step -> step.kernelName()).toList();
    }
  }

  private float[] output(String name) {
    return bindings.outputs().get(name).toFloatArray();
  }

  /** [1 2; 3 4] [1 0 2; 0 -1 1] = [1 -2 4; 3 -4 10]. */
  private Value product() {
    Value a = input("a", new int[] {2, 2}, 1, 2, 3, 4);
    return Ops.matMul(a, input("b", new int[] {2, 3}, 1, 0, 2, 0, -1, 1));
  }

  private Value bias() {
    return input("bias", new int[] {3}, 10, 3, -5);
  }

  @Test
  void aDenseLayerIsOneCall() {
    graph.output("y", Ops.relu(Ops.add(product(), bias())));
    runBy("cuda.matMulWithBias.cublasLt");
    assertThat(output("y")).containsExactly(11, 1, 0, 13, 0, 5);
  }

  /** As layers have it: the weight is [out, in]. */
  @Test
  void transposedFactors() {
    Value a = input("a", new int[] {2, 2}, 1, 3, 2, 4);
    Value b = input("b", new int[] {3, 2}, 1, 0, 0, -1, 2, 1);
    graph.output("y", Ops.add(bias(), Ops.matMul(a, b, true, true)));
    runBy("cuda.matMulWithBias.cublasLt");
    assertThat(output("y")).containsExactly(11, 1, -1, 13, -1, 5);
  }

  @Test
  void aResidualDenseLayerIsOneCall() {
    Value residual = input("residual", new int[] {2, 3}, -100, 1, 1, 1, 1, 2);
    graph.output("y", Ops.relu(Ops.add(Ops.add(product(), bias()), residual)));
    runBy("cuda.matMulWithBias.cublasLt");
    assertThat(output("y")).containsExactly(0, 2, 0, 14, 0, 7);
  }

  /** 1x1 filters: y0 = x, y1 = -x. */
  private Value convolution() {
    Value x = input("x", new int[] {1, 1, 2, 2}, 1, 2, 3, 4);
    return Ops.conv2d(x, input("w", new int[] {2, 1, 1, 1}, 1, -1), Window2d.of(1, 1), 1);
  }

  private Value channels() {
    return Ops.reshape(input("channels", new int[] {2}, -2, 3), 2, 1, 1);
  }

  @Test
  void aConvolutionalLayerIsOneCall() {
    graph.output("y", Ops.relu(Ops.add(convolution(), channels())));
    runBy("cuda.convolutionWithBias.cudnn.algo_implicit_precomp_gemm");
    assertThat(output("y")).containsExactly(0, 0, 1, 2, 2, 1, 0, 0);
  }

  @Test
  void aConvolutionWithABiasAloneIsOneCall() {
    graph.output("y", Ops.add(convolution(), channels()));
    runBy("cuda.convolutionWithBias.cudnn.algo_implicit_precomp_gemm");
    assertThat(output("y")).containsExactly(-1, 0, 1, 2, 2, 1, 0, -1);
  }

  @Test
  void aResidualConvolutionIsOneCall() {
    Value residual = input("residual", new int[] {1, 2, 2, 2}, 5, 0, -9, 0, 0, 0, 0, 7);
    graph.output("y", Ops.relu(Ops.add(residual, Ops.add(convolution(), channels()))));
    runBy("cuda.convolutionWithBias.cudnn.algo_implicit_precomp_gemm");
    assertThat(output("y")).containsExactly(4, 0, 0, 2, 2, 1, 0, 6);
  }

  /** gradOutput' x and the sums of gradOutput's columns. */
  @Test
  void theGradientsOfADenseLayerAreOneCall() {
    Value gradOutput = input("gradOutput", new int[] {2, 3}, 1, 0, 2, 3, -1, 5);
    Value x = input("x", new int[] {2, 2}, 1, 2, 3, 4);
    graph.output("weight", Ops.matMul(gradOutput, x, true, false));
    graph.output("bias", Ops.sum(gradOutput, 0));
    runBy("cuda.weightAndBiasGrad.cublasLt");
    assertThat(output("weight")).containsExactly(10, 14, -3, -4, 17, 24);
    assertThat(output("bias")).containsExactly(4, -1, 7);
  }

  @Test
  void notANumberStaysSo() {
    Value a = input("a", new int[] {1, 2}, Float.NaN, 2);
    Value b = input("b", new int[] {2, 2}, 1, 0, 0, -1);
    graph.output("y", Ops.relu(Ops.add(Ops.matMul(a, b), input("bias", new int[] {2}, 1, 1))));
    Value x = input("x", new int[] {1, 1, 1, 2}, Float.NaN, 3);
    Value w = input("w", new int[] {1, 1, 1, 1}, 2);
    Value c = input("c", new int[] {1, 1, 1}, 1);
    graph.output("z", Ops.relu(Ops.add(Ops.conv2d(x, w, Window2d.of(1, 1), 1), c)));
    run();
    assertThat(output("y")).containsExactly(Float.NaN, Float.NaN);
    assertThat(output("z")).containsExactly(Float.NaN, 7);
  }

  /** Where the libraries' ReLU hides NaN, it is left to a kernel that keeps it. */
  @Test
  void aReluThatHidesNanIsNotTaken() {
    assumeTrue(System.getProperty("merapi.cuda.standIn") != null, "these are CUDA's own libraries");
    JCudaDriver.cuCtxSetLimit(HIDE_NAN, 1);
    graph.output("y", Ops.relu(Ops.add(product(), bias())));
    graph.output("z", Ops.relu(Ops.add(convolution(), channels())));
    runBy(
        "cuda.matMulWithBias.cublasLt",
        "cuda.relu",
        "cuda.convolutionWithBias.cudnn.algo_implicit_precomp_gemm",
        "cuda.relu");
    assertThat(output("y")).containsExactly(11, 1, 0, 13, 0, 5);
    assertThat(output("z")).containsExactly(0, 0, 1, 2, 2, 1, 0, 0);
  }

  /** As where the native library was not built. */
  @Test
  void withoutCublasLtAGeneratedKernelDoesTheRest() {
    System.setProperty(WITHOUT, "false");
    graph.output("y", Ops.relu(Ops.add(product(), bias())));
    assertThat(run()).hasSize(2).contains("cuda.matMul.cublas").doesNotContain("cuda.relu");
    assertThat(output("y")).containsExactly(11, 1, 0, 13, 0, 5);
  }

  /** Stacks of matrices are left to cuBLAS. */
  @Test
  void aStackOfProductsIsNot() {
    Value a = input("a", new int[] {2, 1, 2}, 1, 2, 3, 4);
    Value b = input("b", new int[] {2, 2, 1}, 1, 0, 0, -1);
    graph.output("y", Ops.add(Ops.matMul(a, b), input("bias", new int[] {1}, 10)));
    assertThat(run()).contains("cuda.matMul.cublas");
    assertThat(output("y")).containsExactly(11, 6);
  }
}
