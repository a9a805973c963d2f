package dev.merapi.backend.cuda.runtime;

import dev.merapi.backend.cuda.nvrtc.KernelModules;
import dev.merapi.core.backend.DeviceFailureException;
import dev.merapi.core.backend.OutOfDeviceMemoryException;
import dev.merapi.core.runtime.KernelException;
import dev.merapi.core.runtime.Owned;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import jcuda.CudaException;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUfunction;
import jcuda.driver.JCudaDriver;

/** An open device: its primary context, the stream that programs run in, and compiled kernels. */
public final class CudaContext implements AutoCloseable {
  /** What the arguments of a launch may take on any device. */
  static final int ARGUMENT_BYTES = 4096;

  /** From CUDA 12.1 on, on architectures from sm_70 on. */
  private static final int MORE_ARGUMENT_BYTES = 32_764;

  /** What each thread's calls go to, as the driver keeps it too. */
  private static final ThreadLocal<CudaContext> CURRENT = new ThreadLocal<>();

  private final CUdevice device = new CUdevice();
  private final CUcontext handle = new CUcontext();
  private final Owned owned = new Owned();
  private final int ordinal;
  private final int architecture;
  private final int multiprocessors;
  private final CudaStream stream;
  private final CudaStream copies;
  private final Staging staging;
  private final KernelModules modules;
  private final Map<Class<?>, LibraryHandle> libraries = new HashMap<>();

  /** What all calls fail with; null while the context works. */
  private String lost;

  private CudaContext(int ordinal) {
    this.ordinal = ordinal;
    JCudaDriver.cuDeviceGet(device, ordinal);
    architecture =
        10 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
            + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    multiprocessors = attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
    JCudaDriver.cuDevicePrimaryCtxRetain(handle, device);
    own(() -> JCudaDriver.cuDevicePrimaryCtxRelease(device));
    try {
      use();
      stream = new CudaStream(this);
      own(stream::close);
      copies = new CudaStream(this);
      own(copies::close);
      staging = new Staging(stream);
      own(staging::close);
      modules = new KernelModules(architecture);
      own(modules::close);
      own(stream::synchronize);
    } catch (RuntimeException | Error e) {
      owned.closeAfter(e);
      throw e;
    }
  }

  /** Opens a device, from 0. */
  public static CudaContext open(int ordinal) {
    return new CudaContext(ordinal);
  }

  private int attribute(int attribute) {
    int[] value = new int[1];
    JCudaDriver.cuDeviceGetAttribute(value, attribute, device);
    return value[0];
  }

  /** Makes this the context of the calling thread's next calls. */
  public void use() {
    if (CURRENT.get() != this) {
      JCudaDriver.cuCtxSetCurrent(handle);
      CURRENT.set(this);
    }
  }

  private void own(Runnable release) {
    owned.add(() -> release(release));
  }

  /**
   * What a failure means: of a lost device, whatever call or library noticed it, that it is lost.
   * Kernels run behind the calls that launch them, so that the one that did it is known only when
   * each is waited for.
   */
  public RuntimeException failure(RuntimeException e) {
    if (e instanceof DeviceFailureException
        || e instanceof KernelException
        || e instanceof OutOfDeviceMemoryException) {
      return e;
    }
    String device = "cuda:" + ordinal;
    if (isLost()) {
      boolean known = stream == null || stream.isSynchronous();
      String hint = known ? "" : "; run with --sync to find the op that did it";
      return new DeviceFailureException(device + " is lost: " + lost + hint, e);
    }
    return e instanceof CudaException failed
        ? new DeviceFailureException(device + ": " + CudaStatus.describe(failed), e)
        : e;
  }

  /** Whether all calls fail from now on. What failed tells that only after a look at it. */
  boolean isLost() {
    if (lost == null) {
      try {
        JCudaDriver.cuMemGetInfo(new long[1], new long[1]);
      } catch (CudaException e) {
        lost = CudaStatus.describe(e);
      }
    }
    return lost != null;
  }

  /**
   * Releases something. Once the device is known to be lost, failures are no news, and what it does
   * not take back is given up: the driver takes it when the process ends.
   */
  public void release(Runnable release) {
    boolean known = lost != null;
    try {
      release.run();
    } catch (RuntimeException e) {
      RuntimeException failure = failure(e);
      if (!known) {
        throw failure;
      }
    }
  }

  /** From 0. */
  public int ordinal() {
    return ordinal;
  }

  /** Such as 90 for sm_90. */
  public int architecture() {
    return architecture;
  }

  /** How many blocks run side by side, at least. */
  public int multiprocessors() {
    return multiprocessors;
  }

  /** What the arguments of a launch may take. */
  public int argumentBytes() {
    int[] driver = new int[1];
    JCudaDriver.cuDriverGetVersion(driver);
    return driver[0] >= 12_010 && architecture >= 70 ? MORE_ARGUMENT_BYTES : ARGUMENT_BYTES;
  }

  public CudaStream stream() {
    return stream;
  }

  /** The stream that brings inputs, beside the programs' own. */
  CudaStream copies() {
    return copies;
  }

  Staging staging() {
    return staging;
  }

  /** A kernel from a file of {@code kernels-cu}. */
  public CUfunction function(String file, String name) {
    use();
    return modules.function(file, name);
  }

  /** A kernel from a source that was made for it. */
  public CUfunction generated(String source, String name) {
    use();
    return modules.generated(source, name);
  }

  /** A library's handle: opened at its first use, closed with this context, before its stream. */
  public <T extends LibraryHandle> T library(Class<T> type, Function<CudaContext, T> open) {
    LibraryHandle library = libraries.get(type);
    if (library == null) {
      use();
      library = open.apply(this);
      own(library::close);
      own(stream::synchronize);
      libraries.put(type, library);
    }
    return type.cast(library);
  }

  @Override
  public void close() {
    try {
      release(this::use);
      owned.close();
    } finally {
      CURRENT.remove();
    }
  }
}
