package dev.merapi.cuda.standin;

import static dev.merapi.cuda.standin.Cuda.compile;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.cuda.standin.Cuda.Compilation;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stand-in for NVRTC takes what the bare NVRTC takes, and refuses what that refuses. */
@WithStandIn
class CompilerTest {
  private static String kernelOf(String body) {
    return "extern \"C\" __global__ void k(float* x, int n) {\n" + body + "\n}\n";
  }

  private static void isRefused(Compilation compilation, String text) {
    assertThat(compilation.status()).isEqualTo(nvrtcResult.NVRTC_ERROR_COMPILATION);
    assertThat(compilation.log()).contains("test.cu").contains(text);
  }

  @Test
  void errorsNameTheLineOfTheSource() {
    isRefused(compile(kernelOf("x[0] = 1;\nx[1] = undefinedName;")), "undefinedName");
    assertThat(compile(kernelOf("x[0] = 1;\nx[1] = undefinedName;")).log()).contains("test.cu:3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x[0] = INFINITY;",
        "x[0] = NAN;",
        "int32_t i = 0; x[i] = 0;",
        "uint8_t b = 1; x[b] = 0;",
        "x[0] = FLT_MAX;",
        "x[0] = __FLT_MAX__;",
        "x[0] = M_PI;",
        "x[0] = std::max(x[1], x[2]);",
        "cudaError_t e; x[0] = e;",
        "x[0] = __builtin_inff();",
        "float copy[n]; x[0] = copy[0];",
        "threadIdx.x = 1;",
        "__shared__ float s[2] = {1, 2}; x[0] = s[n];"
      })
  void whatTheBareNvrtcDoesNotHaveIsRefused(String body) {
    isRefused(compile(kernelOf(body)), "error");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stdint.h", "math.h", "cmath", "cuda_runtime.h", "cuda_fp16.h"})
  void headersThatNobodyPassedAreRefused(String header) {
    isRefused(compile("#include <" + header + ">\n" + kernelOf("")), header);
  }

  @Test
  void aFunctionOfTheHostIsRefused() {
    isRefused(
        compile("\nstatic float twice(float v) { return 2 * v; }\n" + kernelOf("x[0] = twice(1);")),
        "test.cu(2): error: a function without __device__");
  }

  @Test
  void headersThatArePassedAreFound() {
    String source = "#include \"parts/twice.h\"\n" + kernelOf("x[0] = twice(FACTOR);");
    String header =
        """
        #pragma once
        template <typename T>
        __device__ __forceinline__ T twice(T v) { return 2 * v; }
        """;
    Compilation compilation =
        compile(source, new String[] {header}, new String[] {"parts/twice.h"}, "-DFACTOR=3");
    assertThat(compilation.status()).as(compilation.log()).isEqualTo(nvrtcResult.NVRTC_SUCCESS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--gpu-architecture=sm_90",
        "-arch=compute_80",
        "--use_fast_math",
        "--std=c++17",
        "--fmad=false",
        "--define-macro=A=1",
        "-DT=float",
        "-lineinfo"
      })
  void optionsOfNvrtcAreTaken(String option) {
    assertThat(compile(kernelOf("x[0] = 1;"), option).status())
        .isEqualTo(nvrtcResult.NVRTC_SUCCESS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-O3", "--gpu-architecture=fast", "--no-such-option", "-std=c++98"})
  void otherOptionsAreRefused(String option) {
    Compilation compilation = compile(kernelOf("x[0] = 1;"), option);
    assertThat(compilation.status()).isEqualTo(nvrtcResult.NVRTC_ERROR_INVALID_OPTION);
    assertThat(compilation.log()).contains(option);
  }

  @Test
  void theArchitectureIsDefined() {
    String source = kernelOf("x[0] = 1;\n#if __CUDA_ARCH__ != 800\n#error other\n#endif");
    assertThat(compile(source, "-arch=sm_80").status()).isEqualTo(nvrtcResult.NVRTC_SUCCESS);
    isRefused(compile(source, "-arch=sm_90"), "other");
  }

  @Test
  void equalSourcesAreCompiledOnce() {
    String first = compile(kernelOf("x[0] = 1;")).ptx();
    String second = compile(kernelOf("x[0] = 1;")).ptx();
    String other = compile(kernelOf("x[0] = 2;")).ptx();
    assertThat(first).startsWith("//").isEqualTo(second).isNotEqualTo(other);
  }

  @Test
  void theVersionIsNoneOfNvidias() {
    int[] major = new int[1];
    int[] minor = new int[1];
    JNvrtc.nvrtcVersion(major, minor);
    assertThat(major[0]).isEqualTo(12);
    assertThat(minor[0]).isGreaterThan(1000);
  }
}
