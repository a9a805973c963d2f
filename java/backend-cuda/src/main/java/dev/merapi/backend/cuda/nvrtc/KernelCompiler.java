package dev.merapi.backend.cuda.nvrtc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import jcuda.CudaException;
import jcuda.nvrtc.JNvrtc;
import jcuda.nvrtc.nvrtcProgram;

/**
 * Compiles CUDA C by NVRTC for one architecture. What was compiled is kept on disk under a hash of
 * all that it was made from; files are put in place in one step, so that several processes may
 * share the folder.
 */
final class KernelCompiler {
  /** The folder of compiled kernels; else one in the user's cache. */
  private static final String CACHE = "merapi.cuda.cache";

  /** A folder for the source of each kernel, to be looked at; else they are not kept. */
  private static final String SOURCES = "merapi.cuda.sources";

  private final String[] options;
  private final String[] headerNames = KernelSource.HEADERS.toArray(String[]::new);
  private final String[] headers =
      KernelSource.HEADERS.stream().map(KernelSource::read).toArray(String[]::new);
  private final String version;
  private final Path cache;

  KernelCompiler(int architecture) {
    options = new String[] {"--gpu-architecture=sm_" + architecture, "--std=c++17", "--fmad=true"};
    int[] major = new int[1];
    int[] minor = new int[1];
    JNvrtc.nvrtcVersion(major, minor);
    version = major[0] + "." + minor[0];
    cache = cache();
  }

  private static Path cache() {
    String set = System.getProperty(CACHE);
    if (set != null) {
      return Path.of(set);
    }
    String home = System.getenv("XDG_CACHE_HOME");
    Path root = home != null ? Path.of(home) : Path.of(System.getProperty("user.home"), ".cache");
    return root.resolve("merapi").resolve("kernels");
  }

  /** The device's code. */
  byte[] compile(String file, String source) {
    String hash = hash(source);
    Path kept = cache.resolve(hash + ".cubin");
    try {
      String sources = System.getProperty(SOURCES);
      if (sources != null) {
        Files.writeString(Files.createDirectories(Path.of(sources)).resolve(hash + ".cu"), source);
      }
      if (Files.exists(kept)) {
        return Files.readAllBytes(kept);
      }
      byte[] code = compileNow(file, source);
      Files.createDirectories(cache);
      Path written = Files.createTempFile(cache, "kernel", ".part");
      Files.write(written, code);
      Files.move(written, kept, StandardCopyOption.ATOMIC_MOVE);
      return code;
    } catch (IOException e) {
      throw new UncheckedIOException("compiled kernels cannot be kept in " + cache, e);
    }
  }

  private String hash(String source) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      List<String> parts = new ArrayList<>(List.of(version, String.join(" ", options), source));
      parts.addAll(List.of(headers));
      for (String part : parts) {
        digest.update(part.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Without a look at what is kept. */
  byte[] compileNow(String file, String source) {
    nvrtcProgram program = new nvrtcProgram();
    JNvrtc.nvrtcCreateProgram(program, source, file, headers.length, headers, headerNames);
    try {
      JNvrtc.nvrtcCompileProgram(program, options.length, options);
      long[] size = new long[1];
      JNvrtc.nvrtcGetCUBINSize(program, size);
      byte[] code = new byte[Math.toIntExact(size[0])];
      JNvrtc.nvrtcGetCUBIN(program, code);
      return code;
    } catch (CudaException e) {
      String[] log = new String[1];
      JNvrtc.nvrtcGetProgramLog(program, log);
      throw new IllegalStateException(
          "NVRTC " + version + " did not compile " + file + ": " + log[0], e);
    } finally {
      JNvrtc.nvrtcDestroyProgram(program);
    }
  }
}
