package dev.merapi.backend.cuda.nvrtc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.backend.cuda.kernels.ReductionSamples;
import dev.merapi.backend.cuda.kernels.RegionSamples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import jcuda.nvrtc.JNvrtc;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * NVIDIA's own compiler, which needs no GPU, compiles every kernel for the oldest architecture that
 * it knows and for newer ones. {@code -Dmerapi.cuda.nvrtc=FOLDER} says where its libraries are.
 */
@Tag("nvrtc")
class RealNvrtcTest {
  private static final List<Integer> ARCHITECTURES = List.of(70, 80, 90);

  private static boolean loaded;

  /** Before each test, so that without it each is a skip that is counted. */
  @BeforeEach
  void load() {
    String folder = System.getProperty("merapi.cuda.nvrtc", "");
    assumeTrue(!folder.isEmpty(), "no folder with NVIDIA's NVRTC is given");
    if (loaded) {
      return;
    }
    loaded = true;
    files(Path.of(folder), "libnvrtc-builtins.so.*").forEach(RealNvrtcTest::load);
    files(Path.of(folder), "libnvrtc.so.*").forEach(RealNvrtcTest::load);
    JNvrtc.setExceptionsEnabled(true);
  }

  private static void load(Path library) {
    System.load(library.toAbsolutePath().toString());
  }

  private static List<Path> files(Path folder, String pattern) {
    try (var found = Files.newDirectoryStream(folder, pattern)) {
      return StreamSupport.stream(found.spliterator(), false).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @TestFactory
  Stream<DynamicTest> compilesEverySource() {
    Path kernels = Path.of(System.getProperty("basedir", "."), "..", "..", "kernels-cu");
    List<Path> sources = files(kernels, "*.cu");
    assertThat(sources).isNotEmpty();
    return sources.stream()
        .flatMap(
            source ->
                ARCHITECTURES.stream()
                    .map(
                        sm ->
                            DynamicTest.dynamicTest(
                                source.getFileName() + " for sm_" + sm,
                                () -> compile(sm, source.getFileName().toString()))));
  }

  private static void compile(int architecture, String file) {
    assertThat(new KernelCompiler(architecture).compileNow(file, KernelSource.read(file)))
        .as("code in ELF")
        .startsWith(0x7f, 'E', 'L', 'F');
  }

  @TestFactory
  Stream<DynamicTest> compilesGeneratedRegions() {
    return generated(RegionSamples.sources());
  }

  @TestFactory
  Stream<DynamicTest> compilesReductions() {
    return generated(ReductionSamples.sources());
  }

  private static Stream<DynamicTest> generated(Map<String, String> sources) {
    return sources.entrySet().stream()
        .map(
            each ->
                DynamicTest.dynamicTest(
                    each.getKey(),
                    () ->
                        assertThat(
                                new KernelCompiler(80).compileNow("generated.cu", each.getValue()))
                            .startsWith(0x7f, 'E', 'L', 'F')));
  }

  @Test
  void saysWhereASourceIsWrong() {
    assertThatThrownBy(
            () ->
                new KernelCompiler(80)
                    .compileNow("wrong.cu", "extern \"C\" __global__ void f() {\n  g();\n}\n"))
        .hasMessageContaining("did not compile wrong.cu")
        .hasMessageContaining("wrong.cu(2)")
        .hasMessageContaining("\"g\" is undefined");
  }
}
