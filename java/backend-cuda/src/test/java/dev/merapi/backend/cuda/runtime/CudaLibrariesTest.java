package dev.merapi.backend.cuda.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaLibrariesTest {
  @TempDir private Path root;

  private Path make(String path) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.createFile(file);
  }

  @Test
  void findsTheToolkitBeforePythonsPackages() throws IOException {
    Path toolkit = make("usr/local/cuda-12.6/lib64/libcublas.so.12");
    make("usr/lib/python3.12/site-packages/nvidia/cublas/lib/libcublas.so.12");
    Path cudnn = make("usr/lib/python3.12/dist-packages/nvidia/cudnn/lib/libcudnn.so.9");
    CudaLibraries libraries = CudaLibraries.find(null, Map.of(), root);
    assertThat(libraries.file("libcublas.so.12")).contains(toolkit);
    assertThat(libraries.file("libcudnn.so.9")).contains(cudnn);
    assertThat(libraries.file("libcublas.so.13")).isEmpty();
  }

  @Test
  void whatIsNamedComesFirst() throws IOException {
    make("usr/local/cuda/lib64/libnvrtc.so.12");
    Path home = make("opt/cuda/lib64/libnvrtc.so.12");
    Path named = make("mine/libnvrtc-builtins.so.12.6");
    Map<String, String> environment = Map.of("CUDA_HOME", root.resolve("opt/cuda").toString());
    CudaLibraries libraries =
        CudaLibraries.find(root.resolve("mine").toString(), environment, root);
    assertThat(libraries.file("libnvrtc.so.12")).contains(home);
    assertThat(libraries.matchingFile("libnvrtc-builtins.so.12.*")).contains(named);
  }

  @Test
  void looksIntoVirtualEnvironments() throws IOException {
    Path library = make("venv/lib/python3.11/site-packages/nvidia/cu13/lib/libnvrtc.so.13");
    Map<String, String> environment = Map.of("VIRTUAL_ENV", root.resolve("venv").toString());
    assertThat(CudaLibraries.find(null, environment, root).file("libnvrtc.so.13"))
        .contains(library);
  }
}
