package dev.merapi.training;

import dev.merapi.core.runtime.Backends;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.Assumptions;

/**
 * The counters and the faults of the libraries that stand in for CUDA's; its README has the codes,
 * which are none of CUDA's own.
 */
enum StandIn {
  LIVE_ALLOCATIONS(1),
  LAUNCHES(3),
  LIVE_HANDLES(5),
  COPIES(6),
  GRAPH_LAUNCHES(7);

  private static final int CODE = 0x454D0000;
  private static final int MEMORY_LIMIT = CODE + 3;
  private static final int CLEAR_ERROR = CODE + 6;
  private static final int RESET = CODE + 9;
  private static final int LOSE_CONTEXT = CODE + 11;

  private final int code;

  StandIn(int code) {
    this.code = CODE + code;
  }

  /** What is made to fail. */
  enum Fault {
    ALLOCATION(1),
    LAUNCH(2),
    COPY(7);

    private final int code;

    Fault(int code) {
      this.code = CODE + code;
    }

    /** Lets the n-th from now fail, from 1; 0 lets none fail. */
    void set(int n) {
      JCudaDriver.cuCtxSetLimit(code, n);
    }
  }

  /** Skips a test, counted, where there is no such device or a real one. */
  static void require() {
    var availability = Backends.availability().get("cuda");
    Assumptions.assumeTrue(availability.usable(), availability.reason());
    Assumptions.assumeTrue(
        System.getProperty("merapi.cuda.standIn") != null, "these are CUDA's own libraries");
  }

  int read() {
    int[] value = new int[1];
    JCudaDriver.cuDeviceGetAttribute(value, code, new CUdevice());
    return value[0];
  }

  /** Gives the device so many bytes; 0 for many. */
  static void limitMemory(long bytes) {
    JCudaDriver.cuCtxSetLimit(MEMORY_LIMIT, bytes);
  }

  /** Lets the n-th launch from now lose the context when its work runs; 0 lets none. */
  static void loseContext(int n) {
    JCudaDriver.cuCtxSetLimit(LOSE_CONTEXT, n);
  }

  /** Gives a lost context back, which no GPU does. */
  static void clearError() {
    JCudaDriver.cuCtxSetLimit(CLEAR_ERROR, 0);
  }

  /** Sets what counts calls to 0. */
  static void resetCounters() {
    JCudaDriver.cuCtxSetLimit(RESET, 0);
  }
}
