package dev.merapi.backend.cuda.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * NVIDIA's own libraries of CUDA 13, which can be loaded without a GPU, have all that JCuda's
 * natives for CUDA 12 want. {@code -Dmerapi.cuda.wheels13=FOLDER} names the folder in which
 * NVIDIA's Python packages are unpacked; {@code tests/gpu/cuda13.sh} fetches them.
 */
class Cuda13Test {
  /** Of NVVM, which CUDA 13 no longer has and nothing here calls. */
  private static final Set<String> GONE = Set.of("nvrtcGetNVVM", "nvrtcGetNVVMSize");

  @TempDir private Path folder;

  private final Path wheels = Path.of(System.getProperty("merapi.cuda.wheels13", ""));

  @BeforeEach
  void require() {
    assumeTrue(!wheels.toString().isEmpty(), "no folder with NVIDIA's packages is given");
  }

  @ParameterizedTest
  @CsvSource({
    "JNvrtc, nvrtc, nvidia/cu13/lib/libnvrtc.so.13",
    "JCublas2, cublas, nvidia/cu13/lib/libcublas.so.13",
    "JCudnn, cudnn, nvidia/cudnn/lib/libcudnn.so.9"
  })
  void everyNameIsThere(String part, String prefix, String library) throws IOException {
    Path natives = folder.resolve("natives.so");
    String name = "/lib/lib" + part + "-12.6.0-linux-x86_64.so";
    try (InputStream in = Cuda13Test.class.getResourceAsStream(name)) {
      Files.copy(in, natives);
    }
    List<String> wanted =
        ElfSymbols.of(natives).wanted().stream().filter(n -> n.startsWith(prefix)).toList();
    assertThat(wanted).hasSizeGreaterThan(15);
    List<String> missing = new ArrayList<>(wanted);
    missing.removeAll(ElfSymbols.of(wheels.resolve(library)).defined());
    assertThat(GONE).containsAll(missing);
  }

  /** In a process of its own, by the way that a user's process takes. */
  @Test
  void everythingIsLoaded() throws Exception {
    String standIn = System.getProperty("merapi.cuda.standIn", "");
    Path driver = Path.of(standIn, "libcuda.so.1");
    assumeTrue(Files.exists(driver), "no stand-in for the driver is given");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dmerapi.cuda.path="
                + String.join(
                    ":",
                    Stream.of("cu13", "cudnn")
                        .map(part -> wheels.resolve("nvidia").resolve(part).resolve("lib"))
                        .map(Path::toString)
                        .toList()),
            "-cp",
            System.getProperty("java.class.path"),
            LoadedLibraries.class.getName(),
            driver.toString());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("STAND_IN_DRIVER_VERSION", "13050");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output.strip())
        .matches("(?s).*true .*NVRTC 13\\.\\d+, cuBLAS 13\\..*, cuDNN 9\\..*ELF");
  }
}
