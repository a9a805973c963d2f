package dev.merapi.backend.cuda.cublas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** NVIDIA's own cuBLASLt, as far as it goes without a GPU: its functions, and its descriptors. */
@Tag("cublasLt")
class RealCublasLtTest {
  /** The library's file. */
  private static final String FILE = System.getProperty("merapi.cuda.cublasLt.file", "");

  @Test
  void hasAllFunctionsAndTakesAllAttributes() throws IOException {
    assumeTrue(!FILE.isEmpty(), "no file of NVIDIA's cuBLASLt is given");
    String missing = CublasLtLibrary.loadNative();
    assumeTrue(missing == null, missing);
    CublasLtLibrary.open(new String[] {Path.of(FILE).toAbsolutePath().toString()});
    assertThat(CublasLtLibrary.version()).isBetween(120_000L, 139_999L);
    assertThatThrownBy(CublasLtLibrary::create)
        .hasMessage("cublasLtCreate: CUBLAS_STATUS_NOT_INITIALIZED (1)");
    // Only the heuristic needs a handle: all before it has been taken.
    long[] numbers = {0, 68, LtEpilogue.SUM_A.number(), 0, 1, 8, 4, 2, 256, 256, 0, 256, 256, 0, 0};
    assertThatThrownBy(() -> CublasLtLibrary.createMatmul(0, numbers))
        .hasMessage("cublasLtMatmulAlgoGetHeuristic: CUBLAS_STATUS_NOT_INITIALIZED (1)");
  }
}
