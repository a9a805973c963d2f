package dev.merapi.backend.cuda.cublas;

import dev.merapi.backend.cuda.runtime.NativeBoot;
import dev.merapi.core.backend.Availability;
import dev.merapi.core.backend.NativeLibraries;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/**
 * The native library of {@code native/}, by which cuBLASLt is called. It was compiled when this was
 * built, if there was a compiler; without it, cuBLAS multiplies and generated kernels do the rest.
 */
public final class CublasLtLibrary {
  /** Set to {@code false}, it is not used. */
  private static final String PROPERTY = "merapi.cuda.cublasLt";

  private static final String FILE = "libmerapi_cuda.so";

  /** The one that cuBLAS has brought along comes first, whichever it is. */
  private static final String[] CUBLAS_LT = {"libcublasLt.so.12", "libcublasLt.so.13"};

  /** Why it cannot be used; null when it can. */
  private static final String MISSING = load();

  private CublasLtLibrary() {}

  static boolean available() {
    return MISSING == null && !"false".equals(System.getProperty(PROPERTY));
  }

  /** For people. */
  public static String description() {
    if (available()) {
      long version = version();
      return "epilogues by cuBLASLt %d.%d.%d"
          .formatted(version / 10_000, version % 10_000 / 100, version % 100);
    }
    return "no epilogues by cuBLASLt: " + (MISSING != null ? MISSING : "-D" + PROPERTY + "=false");
  }

  private static String load() {
    Availability cuda = NativeBoot.availability();
    if (!cuda.usable()) {
      return cuda.reason();
    }
    try {
      String missing = loadNative();
      if (missing == null) {
        open(CUBLAS_LT);
      }
      return missing;
    } catch (IOException | UnsatisfiedLinkError | IllegalStateException e) {
      // Built on another kind of machine, or there is no cuBLASLt: people are told.
      return "cannot be loaded: " + e.getMessage();
    }
  }

  /** Loads the native library alone; null, or why there is none. */
  static String loadNative() throws IOException {
    try (InputStream library = CublasLtLibrary.class.getResourceAsStream("native/" + FILE)) {
      Optional<Path> unpacked = NativeLibraries.unpacked(FILE);
      if (unpacked.isPresent()) {
        System.load(unpacked.get().toString());
        return null;
      }
      if (library == null) {
        return "built without a C++ compiler";
      }
      // A file of its own for each process; what is loaded stays when its name is gone.
      Path file = Files.createTempFile("merapi-cuda-", ".so");
      try {
        Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
        System.load(file.toAbsolutePath().toString());
      } finally {
        Files.delete(file);
      }
      return null;
    }
  }

  // In all of them, a call of cuBLASLt that fails is an IllegalStateException that names the call
  // and its status, or an UnsupportedOperationException where that is CUBLAS_STATUS_NOT_SUPPORTED.

  /** Finds cuBLASLt under one of these names, and its functions. */
  static native void open(String[] names);

  /** Such as 120600 or 130100. */
  static native long version();

  /** A handle, for the thread's current context. */
  static native long create();

  static native void destroy(long handle);

  /** Describes a product, as {@link LtProduct#numbers} writes it, and chooses an algorithm. */
  static native long createMatmul(long handle, long[] numbers);

  static native void destroyMatmul(long matmul);

  /** Enqueues it. */
  static native void run(long matmul, long stream);
}
