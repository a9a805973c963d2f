package dev.merapi.backend.cuda.runtime;

import dev.merapi.core.backend.Availability;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jcuda.LogLevel;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcudnn.JCudnn;
import jcuda.nvrtc.JNvrtc;

/**
 * Loads the native libraries, once, before anything else touches a class of JCuda, and remembers
 * for each of them why that failed.
 *
 * <p>JCuda unpacks its natives into the temporary folder and loads whatever file of that name is
 * there already, half written or of another build: here they get a folder of their own, which is
 * gone when they are loaded. The libraries of CUDA themselves are found by the system's loader, or
 * by what was loaded before by its absolute path: names are matched with the sonames of loaded
 * libraries, so that no LD_LIBRARY_PATH is needed.
 *
 * <p>JCuda's natives ask for CUDA 12. Where there is only CUDA 13, which has the same functions
 * under the same names, their private copies are made to ask for that ({@link ElfRequirement}).
 */
public final class NativeBoot {
  /**
   * A folder with libraries that stand in for CUDA's, for tests on machines without a GPU: {@code
   * tests/cuda-stand-in} builds them.
   */
  public static final String STAND_IN = "merapi.cuda.standIn";

  private static final String TEMPORARY = "java.io.tmpdir";

  /** In the order of what needs what. */
  private static final List<String> STAND_INS =
      List.of(
          "libcuda.so.1",
          "libnvrtc.so.12",
          "libcublasLt.so.12",
          "libcublas.so.12",
          "libcudnn.so.9");

  /** The natives that ask for a library whose name has CUDA's version, and that library. */
  private static final Map<String, String> VERSIONED =
      Map.of("JNvrtc", "libnvrtc.so.", "JCublas2", "libcublas.so.");

  private static final Availability AVAILABILITY = boot();

  private NativeBoot() {}

  /** Whether all libraries could be loaded; else which not, and why. */
  public static Availability availability() {
    return AVAILABILITY;
  }

  private static Availability boot() {
    String temporary = System.getProperty(TEMPORARY);
    try {
      Path folder = Files.createTempDirectory("merapi-jcuda-");
      try {
        System.setProperty(TEMPORARY, folder.toString());
        return load(folder);
      } finally {
        System.setProperty(TEMPORARY, temporary);
        delete(folder);
      }
    } catch (IOException | UnsatisfiedLinkError e) {
      return new Availability(false, "native libraries cannot be loaded: " + e.getMessage());
    }
  }

  private static Availability load(Path folder) throws IOException {
    String standIn = System.getProperty(STAND_IN);
    if (standIn != null) {
      STAND_INS.forEach(name -> System.load(Path.of(standIn, name).toAbsolutePath().toString()));
    }
    for (Library library : Library.values()) {
      String problem = library.problem();
      if (problem != null) {
        return new Availability(false, problem);
      }
      if (library == Library.DRIVER && standIn == null) {
        loadToolkit(CudaLibraries.find(), folder);
      }
    }
    return new Availability(true, "");
  }

  /** What lies where the system's loader does not look; of CUDA 13 only when there is no 12. */
  private static void loadToolkit(CudaLibraries libraries, Path folder) throws IOException {
    boolean only13 =
        libraries.file("libcublas.so.12").isEmpty()
            && libraries.file("libcublas.so.13").isPresent();
    int version = only13 ? 13 : 12;
    libraries
        .matchingFile("libnvrtc-builtins.so." + version + ".*")
        .ifPresent(NativeBoot::loadFile);
    for (String name : List.of("libnvrtc.so.", "libcublasLt.so.", "libcublas.so.")) {
      libraries.file(name + version).ifPresent(NativeBoot::loadFile);
    }
    libraries.file("libcudnn.so.9").ifPresent(NativeBoot::loadFile);
    if (only13) {
      for (Map.Entry<String, String> part : VERSIONED.entrySet()) {
        askFor13(part.getKey(), part.getValue(), folder);
      }
    }
  }

  private static void loadFile(Path library) {
    System.load(library.toAbsolutePath().toString());
  }

  /** Puts a changed copy where JCuda would unpack its own. */
  private static void askFor13(String part, String library, Path folder) throws IOException {
    String name = "lib" + part + "-12.6.0-linux-x86_64.so";
    try (InputStream in = JCudaDriver.class.getResourceAsStream("/lib/" + name)) {
      if (in == null) {
        throw new IOException(name + " is not on the class path");
      }
      byte[] bytes = in.readAllBytes();
      if (!ElfRequirement.replace(bytes, library + 12, library + 13)) {
        throw new IOException(name + " does not ask for " + library + 12);
      }
      Files.write(folder.resolve(name), bytes);
    }
  }

  /** On Linux, what is loaded stays when its name is gone. */
  private static void delete(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** JCuda's parts, in the order in which a missing one is to be told. */
  private enum Library {
    DRIVER("the NVIDIA driver (libcuda.so.1)") {
      @Override
      void load() {
        JCudaDriver.setLogLevel(LogLevel.LOG_QUIET);
        JCudaDriver.setExceptionsEnabled(true);
      }
    },
    NVRTC("NVRTC 12 (libnvrtc.so.12)") {
      @Override
      void load() {
        JNvrtc.setExceptionsEnabled(true);
      }
    },
    CUBLAS("cuBLAS 12 (libcublas.so.12)") {
      @Override
      void load() {
        JCublas2.setExceptionsEnabled(true);
      }
    },
    CUDNN("cuDNN 9 (libcudnn.so.9)") {
      @Override
      void load() {
        JCudnn.setExceptionsEnabled(true);
      }
    };

    private static final Pattern LOADER_LINE =
        Pattern.compile("(?<=: )lib[\\w.+-]+: [^\\n(]*[^\\n( ]");

    private final String title;

    Library(String title) {
      this.title = title;
    }

    abstract void load();

    /** Null when it could be loaded. A class that failed once never says why again: it is kept. */
    String problem() {
      try {
        load();
        return null;
      } catch (LinkageError e) {
        return title + " cannot be loaded: " + reason(e);
      }
    }

    /** JCuda's message is a page that has the loader's own line somewhere. */
    private static String reason(Throwable e) {
      String message = String.valueOf(e.getMessage());
      Matcher line = LOADER_LINE.matcher(message);
      return line.find() ? line.group() : message.lines().map(String::strip).findFirst().orElse("");
    }
  }
}
