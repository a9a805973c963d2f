package dev.merapi.cuda.standin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;
import jcuda.nvrtc.JNvrtc;

/** The stand-ins under JCuda: loads them, turns their knobs and reads their counters. */
final class StandIn {
  /** In the order of their dependencies. */
  private static final List<String> LIBRARIES =
      List.of(
          "libcuda.so.1",
          "libnvrtc.so.12",
          "libcublasLt.so.12",
          "libcublas.so.12",
          "libcudnn.so.9");

  private static final int CODE = 0x454D0000;

  private static boolean loaded;

  private StandIn() {}

  enum Knob {
    FAIL_ALLOCATION(1),
    FAIL_LAUNCH(2),
    MEMORY_LIMIT(3),
    LAZY(4),
    SEED(5),
    CLEAR_STICKY_ERROR(6),
    FAIL_COPY(7),
    NULL_MODE(8),
    RESET_COUNTERS(9),
    ALLOW_TF32(10),
    LOSE_CONTEXT(11);

    private final int code;

    Knob(int code) {
      this.code = CODE + code;
    }

    void set(long value) {
      Cuda.check(JCudaDriver.cuCtxSetLimit(code, value));
    }
  }

  enum Counter {
    LIVE_ALLOCATIONS(1),
    LIVE_BYTES(2),
    LAUNCHES(3),
    ALLOCATION_CALLS(4),
    LIVE_HANDLES(5),
    COPIES(6),
    GRAPH_LAUNCHES(7),
    WAITS(8);

    private final int code;

    Counter(int code) {
      this.code = CODE + code;
    }

    int read() {
      int[] value = new int[1];
      Cuda.check(JCudaDriver.cuDeviceGetAttribute(value, code, new CUdevice()));
      return value[0];
    }
  }

  static Path folder() {
    return Path.of(System.getProperty("merapi.cuda.standIn"));
  }

  static boolean built() {
    return Files.exists(folder().resolve("libcuda.so.1"));
  }

  /** Loads the libraries that are built, once, and makes a context current on this thread. */
  static synchronized void load() {
    if (!loaded) {
      loaded = true;
      privateTemporaryFolder();
      for (String library : LIBRARIES) {
        Path path = folder().resolve(library);
        if (Files.exists(path)) {
          System.load(path.toAbsolutePath().toString());
        }
      }
      // Status codes are what these tests look at.
      JCudaDriver.setExceptionsEnabled(false);
      JNvrtc.setExceptionsEnabled(false);
      Cuda.check(JCudaDriver.cuInit(0));
    }
    CUcontext context = new CUcontext();
    CUdevice device = new CUdevice();
    Cuda.check(JCudaDriver.cuDeviceGet(device, 0));
    Cuda.check(JCudaDriver.cuDevicePrimaryCtxRetain(context, device));
    Cuda.check(JCudaDriver.cuCtxSetCurrent(context));
  }

  /** All knobs as they are without any setting. */
  static void reset() {
    Knob.CLEAR_STICKY_ERROR.set(0);
    Knob.LAZY.set(0);
    Knob.CLEAR_STICKY_ERROR.set(0); // of what was still queued
    Knob.NULL_MODE.set(0);
    Knob.FAIL_ALLOCATION.set(0);
    Knob.FAIL_LAUNCH.set(0);
    Knob.FAIL_COPY.set(0);
    Knob.LOSE_CONTEXT.set(0);
    Knob.ALLOW_TF32.set(0);
    Knob.MEMORY_LIMIT.set(0);
    Knob.SEED.set(0);
    Knob.RESET_COUNTERS.set(0);
  }

  /** JCuda loads what lies in the temporary folder under its natives' names, whoever wrote it. */
  private static void privateTemporaryFolder() {
    try {
      Path natives = folder().resolveSibling("jcuda-natives");
      Files.createDirectories(natives);
      System.setProperty("java.io.tmpdir", natives.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
