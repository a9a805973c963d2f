package dev.merapi.backend.cuda.runtime;

import dev.merapi.core.backend.Availability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
 * there already, half written or of another build: here they get a folder of their own. The
 * libraries of CUDA themselves are found by the system's loader, or by what was loaded before by
 * its absolute path: names are matched with the sonames of loaded libraries, so that no
 * LD_LIBRARY_PATH is needed.
 */
public final class NativeBoot {
  /**
   * A folder with libraries that stand in for CUDA's, for tests on machines without a GPU: {@code
   * tests/cuda-stand-in} builds them.
   */
  public static final String STAND_IN = "merapi.cuda.standIn";

  private static final String TEMPORARY = "java.io.tmpdir";

  /** In the order of what needs what. */
  private static final List<String> LIBRARIES =
      List.of(
          "libcuda.so.1",
          "libnvrtc.so.12",
          "libcublasLt.so.12",
          "libcublas.so.12",
          "libcudnn.so.9");

  private static final Availability AVAILABILITY = boot();

  private NativeBoot() {}

  /** Whether all libraries could be loaded; else which not, and why. */
  public static Availability availability() {
    return AVAILABILITY;
  }

  private static Availability boot() {
    String temporary = System.getProperty(TEMPORARY);
    try {
      loadStandIns();
      Path folder = Files.createTempDirectory("merapi-jcuda-");
      folder.toFile().deleteOnExit();
      System.setProperty(TEMPORARY, folder.toString());
      for (Library library : Library.values()) {
        String problem = library.problem();
        if (problem != null) {
          return new Availability(false, problem);
        }
      }
      return new Availability(true, "");
    } catch (IOException | UnsatisfiedLinkError e) {
      return new Availability(false, "native libraries cannot be loaded: " + e.getMessage());
    } finally {
      System.setProperty(TEMPORARY, temporary);
    }
  }

  private static void loadStandIns() {
    String standIn = System.getProperty(STAND_IN);
    if (standIn != null) {
      LIBRARIES.forEach(name -> System.load(Path.of(standIn, name).toAbsolutePath().toString()));
    }
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
        return title + " cannot be loaded: " + firstLine(e);
      }
    }

    private static String firstLine(Throwable e) {
      return String.valueOf(e.getMessage()).lines().map(String::strip).findFirst().orElse("");
    }
  }
}
