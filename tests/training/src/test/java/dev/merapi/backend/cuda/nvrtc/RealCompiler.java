package dev.merapi.backend.cuda.nvrtc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jcuda.nvrtc.JNvrtc;

/** A process that compiles sources with NVIDIA's own compiler, as the backend would. */
public final class RealCompiler {
  private static final List<Integer> ARCHITECTURES = List.of(70, 80, 90);

  private RealCompiler() {}

  /**
   * Prints how many sources it compiled.
   *
   * @param arguments the folder of NVRTC's libraries, then that of the sources
   */
  public static void main(String[] arguments) throws IOException {
    load(Path.of(arguments[0]), "libnvrtc-builtins.so.*");
    load(Path.of(arguments[0]), "libnvrtc.so.*");
    JNvrtc.setExceptionsEnabled(true);
    List<KernelCompiler> compilers = ARCHITECTURES.stream().map(KernelCompiler::new).toList();
    int count = 0;
    try (var sources = Files.newDirectoryStream(Path.of(arguments[1]), "*.cu")) {
      for (Path source : sources) {
        String text = Files.readString(source);
        for (KernelCompiler compiler : compilers) {
          compiler.compileNow(source.getFileName().toString(), text);
        }
        count++;
      }
    }
    System.out.println(count);
  }

  private static void load(Path folder, String pattern) throws IOException {
    try (var found = Files.newDirectoryStream(folder, pattern)) {
      found.forEach(library -> System.load(library.toAbsolutePath().toString()));
    }
  }
}
