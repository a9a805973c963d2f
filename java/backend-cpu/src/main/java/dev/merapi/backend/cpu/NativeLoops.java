package dev.merapi.backend.cpu;

import dev.merapi.core.backend.NativeLibraries;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;

/**
 * The loops that were compiled from C++ when this was built, if there was a compiler. They run on
 * the threads of OpenMP, as oneDNN does, where the loops in Java have threads of their own.
 */
final class NativeLoops {
  /** Set to {@code java}, it takes the loops in Java though there are native ones. */
  static final String PROPERTY = "merapi.cpu.loops";

  private static final String FILE = "libmerapi_cpu.so";

  /** Why there are none; null when there are. */
  private static final String MISSING = load();

  private NativeLoops() {}

  static boolean available() {
    return MISSING == null;
  }

  /** For people. */
  static String description() {
    return available() ? "native loops" : "loops in Java: " + MISSING;
  }

  /** After oneDNN, whose libgomp this library then shares. */
  private static String load() {
    if ("java".equals(System.getProperty(PROPERTY))) {
      return "-D" + PROPERTY + "=java";
    }
    try (InputStream library = NativeLoops.class.getResourceAsStream("native/" + FILE)) {
      Optional<Path> unpacked = NativeLibraries.unpacked(FILE);
      if (unpacked.isPresent()) {
        System.load(unpacked.get().toString());
        return null;
      }
      if (library == null) {
        return "built without a C++ compiler";
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
      return null;
    } catch (IOException | UnsatisfiedLinkError e) {
      // Built on another kind of machine, or the cache folder cannot be written: the loops in Java
      // do the same, and people are told.
      return "the native ones cannot be loaded: " + e.getMessage();
    }
  }

  /** Runs the program that lies at an address; see {@link NativeProgram}. */
  static native void run(long program);

  /** Lays filters out as the numbers at an address say; see {@link FilterReorder}. */
  static native void reorderFilters(long numbers);

  /** Draws random numbers as the numbers at an address say; see {@link NativeRandom}. */
  static native void draw(long numbers);

  /** Makes softmaxes as the numbers at an address say; see {@link NativeSoftmax}. */
  static native void softmax(long numbers);

  /** Makes gradients of softmaxes as the numbers at an address say; see {@link NativeSoftmax}. */
  static native void softmaxGrad(long numbers);
}
