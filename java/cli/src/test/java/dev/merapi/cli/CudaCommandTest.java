package dev.merapi.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What users see whose CUDA is incomplete or fails: one clear error and its exit code. Each command
 * is a process of its own, which finds libraries that stand in for CUDA's as it would find CUDA's.
 */
class CudaCommandTest {
  private static final long SECONDS = 120;

  private final Path built = Path.of(System.getProperty("merapi.test.standIn"));

  @TempDir Path folder;
  private Path libraries;

  private record Result(int code, String out, String err) {}

  @BeforeEach
  void installEverything() throws IOException {
    assumeTrue(Files.exists(built.resolve("libcuda.so.1")), "no stand-in for CUDA is built");
    libraries = Files.createDirectories(folder.resolve("cuda"));
    try (Stream<Path> files = Files.list(built)) {
      for (Path file : files.toList()) {
        Files.createSymbolicLink(
            libraries.resolve(file.getFileName()), file.toAbsolutePath().normalize());
      }
    }
  }

  private Result run(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:TieredStopAtLevel=1"); // it starts sooner
    command.add("-Dmerapi.cuda.cache=" + built.resolveSibling("kernels-of-commands"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(arguments));
    File out = folder.resolve("out").toFile();
    File err = folder.resolve("err").toFile();
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("LD_LIBRARY_PATH", libraries.toString());
    builder.environment().put("STAND_IN_CACHE", built.resolveSibling("kernels").toString());
    builder.environment().putAll(environment);
    Process process = builder.redirectOutput(out).redirectError(err).start();
    if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    return new Result(
        process.exitValue(), Files.readString(out.toPath()), Files.readString(err.toPath()));
  }

  /** The error, without what the libraries say; it is the end of what is told. */
  private static String error(Result result, int code) {
    assertThat(result.code()).as(result.err()).isEqualTo(code);
    assertThat(result.err()).doesNotContain("\tat ").doesNotContain("leaks:");
    String told =
        String.join(
            "\n", result.err().lines().filter(line -> !line.startsWith("[stand-in]")).toList());
    assertThat(told).containsOnlyOnce("merapi: ");
    return told.substring(told.indexOf("merapi: "));
  }

  @ParameterizedTest
  @CsvSource({
    "libcuda.so.1, the NVIDIA driver (libcuda.so.1) cannot be loaded: libcuda.so.1: ",
    "libnvrtc.so.12, NVRTC 12 (libnvrtc.so.12) cannot be loaded: libnvrtc.so.12: ",
    "libcudnn.so.9, cuDNN 9 (libcudnn.so.9) cannot be loaded: libcudnn.so.9: "
  })
  void aLibraryThatIsMissingIsNamed(String library, String reason) throws Exception {
    Files.delete(libraries.resolve(library));
    assertThat(error(run(Map.of(), "train", "xor", "--device", "cuda"), 3))
        .startsWith("merapi: device cuda cannot be used: " + reason)
        .hasLineCount(1);
  }

  @Test
  void anOldDriverIsNamed() throws Exception {
    Map<String, String> old = Map.of("STAND_IN_DRIVER_VERSION", "11080");
    String reason =
        "the NVIDIA driver is too old: it is for CUDA 11.8, expected one for CUDA 12.0 or newer, as"
            + " NVRTC is 12.6";
    assertThat(error(run(old, "train", "xor", "--device", "cuda"), 3))
        .startsWith("merapi: device cuda cannot be used: " + reason)
        .hasLineCount(1);
  }

  @Test
  void aMachineWithoutGpu() throws Exception {
    Map<String, String> none = Map.of("STAND_IN_DEVICES", "0");
    assertThat(error(run(none, "bench", "mlp", "--device", "cuda"), 3))
        .isEqualTo("merapi: device cuda cannot be used: the NVIDIA driver knows no GPU");
    Result automatic = run(none, "train", "xor", "--epochs", "1");
    assertThat(automatic.code()).isZero();
    assertThat(automatic.err())
        .contains("device auto: chose cpu (cuda: the NVIDIA driver knows no GPU)");
  }

  @Test
  void aDeviceThatIsNotThere() throws Exception {
    assertThat(error(run(Map.of(), "train", "xor", "--device", "cuda:1"), 3))
        .isEqualTo("merapi: device cuda:1 cannot be used: there is one, cuda:0");
  }

  @Test
  void automaticallyTheGpu() throws Exception {
    Result result = run(Map.of(), "train", "xor", "--epochs", "1", "--json");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.err()).contains("device auto: chose cuda (").doesNotContain("leaks:");
    assertThat(result.out()).contains("\"device\":\"cuda:0\"");
  }

  private static final String[] OVERWRITING = {
    "train", "xor", "--device", "cuda", "--epochs", "1", "--out", "run", "--overwrite"
  };

  @Test
  void tooLittleMemory() throws Exception {
    Files.createDirectory(folder.resolve("run"));
    Files.writeString(folder.resolve("run/weights.safetensors"), "those of before");
    assertThat(error(run(Map.of("STAND_IN_MEMORY", "20000000"), OVERWRITING), 1))
        .startsWith("merapi: cuda:0 is out of memory: expected 33.6 MB for cuBLAS, found ")
        .containsPattern("\n  parameters +0\\.0 MB\n")
        .endsWith("\nsmaller batches need less");
    assertThat(folder.resolve("run/weights.safetensors")).hasContent("those of before");
  }

  /** A kernel meets an index that is none, and ends the context. */
  @Test
  void aKernelThatFails() throws Exception {
    Files.createDirectory(folder.resolve("run"));
    Files.writeString(folder.resolve("run/weights.safetensors"), "those of before");
    List<String> failing = new ArrayList<>(List.of(OVERWRITING));
    failing.addAll(
        List.of(
            "--set",
            "data.batch=4",
            "--set",
            "model=[{dense: {units: 2}}, {faulty: {what: index}}]"));
    assertThat(error(run(Map.of(), failing.toArray(String[]::new)), 1))
        .contains("cuda:0 is lost: CUDA_ERROR_ASSERT ")
        .endsWith("; run with --sync to find the op that did it")
        .hasLineCount(1);
    failing.add("--sync");
    assertThat(error(run(Map.of(), failing.toArray(String[]::new)), 1))
        .startsWith("merapi: model/faulty1: gather: cuda:0 is lost: CUDA_ERROR_ASSERT ")
        .doesNotContain("--sync")
        .hasLineCount(1);
    assertThat(folder.resolve("run/weights.safetensors")).hasContent("those of before");
  }
}
