package dev.merapi.backend.cpu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.bytedeco.javacpp.Loader;

/**
 * The loops that were compiled from C++ when this was built, if there was a compiler. They run on
 * the threads of OpenMP, as oneDNN does, where the loops in Java have threads of their own.
 */
final class NativeLoops {
  /** Set to {@code java}, it takes the loops in Java though there are native ones. */
  static final String PROPERTY = "merapi.cpu.loops";

  private static final boolean AVAILABLE = load();

  private NativeLoops() {}

  static boolean available() {
    return AVAILABLE;
  }

  /** For people. */
  static String description() {
    if (AVAILABLE) {
      return "native loops";
    }
    return isRefused()
        ? "loops in Java, as -D" + PROPERTY + "=java says"
        : "loops in Java: built without a C++ compiler";
  }

  private static boolean isRefused() {
    return "java".equals(System.getProperty(PROPERTY));
  }

  /** After oneDNN, whose libgomp this library then shares. */
  private static boolean load() {
    try (InputStream library = NativeLoops.class.getResourceAsStream("native/libmerapi_cpu.so")) {
      if (library == null || isRefused()) {
        return false;
      }
      // A file of its own for each process, beside oneDNN's: a name that another build also uses
      // could stand for that one's code. What is loaded stays when its name is gone.
      Path file = Files.createTempFile(Loader.getCacheDir().toPath(), "merapi-cpu-", ".so");
      try {
        Files.copy(library, file, StandardCopyOption.REPLACE_EXISTING);
        System.load(file.toString());
      } finally {
        Files.delete(file);
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack the native loops", e);
    }
  }

  /** Runs the program that lies at an address; see {@link NativeProgram}. */
  static native void run(long program);
}
