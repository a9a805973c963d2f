package dev.merapi.backend.cpu;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
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
    URL library = NativeLoops.class.getResource("native/libmerapi_cpu.so");
    if (library == null || isRefused()) {
      return false;
    }
    try {
      File file = Loader.cacheResource(library);
      System.load(file.getAbsolutePath());
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack " + library, e);
    }
  }

  /** Runs the program that lies at an address; see {@link NativeProgram}. */
  static native void run(long program);
}
