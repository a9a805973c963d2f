package dev.merapi.cuda.standin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers of cuBLAS, cuBLASLt and cuDNN, by test programs in C++ that need no driver. */
@WithStandIn
class LibraryTest {
  @ParameterizedTest
  @ValueSource(strings = {"cublas", "cublaslt", "convolution", "layers", "rnn"})
  void computesWhatItShould(String name) throws IOException, InterruptedException {
    Path out = StandIn.folder().resolveSibling("library-tests");
    Process process =
        new ProcessBuilder(
                "sh", "src/test/cpp/run.sh", out.toString(), StandIn.folder().toString(), name)
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains(name + ": 0 failures");
  }
}
