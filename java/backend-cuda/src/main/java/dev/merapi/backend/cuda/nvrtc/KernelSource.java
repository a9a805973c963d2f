package dev.merapi.backend.cuda.nvrtc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The files of {@code kernels-cu}. */
final class KernelSource {
  /** What every kernel may include. */
  static final List<String> HEADERS = List.of("common.cuh", "reduce.cuh", "teams.cuh");

  private KernelSource() {}

  static String read(String file) {
    try (InputStream in = KernelSource.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalArgumentException("there is no kernel source " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
