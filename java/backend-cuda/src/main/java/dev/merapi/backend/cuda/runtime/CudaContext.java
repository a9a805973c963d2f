package dev.merapi.backend.cuda.runtime;

import dev.merapi.backend.cuda.nvrtc.KernelModules;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
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

  private CudaContext(int ordinal) {
    this.ordinal = ordinal;
    JCudaDriver.cuDeviceGet(device, ordinal);
    architecture =
        10 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
            + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    multiprocessors = attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
    JCudaDriver.cuDevicePrimaryCtxRetain(handle, device);
    owned.add(() -> JCudaDriver.cuDevicePrimaryCtxRelease(device));
    try {
      use();
      stream = new CudaStream();
      owned.add(stream::close);
      copies = new CudaStream();
      owned.add(copies::close);
      staging = new Staging(stream);
      owned.add(staging::close);
      modules = new KernelModules(architecture);
      owned.add(modules::close);
      owned.add(stream::synchronize);
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
      owned.add(library::close);
      owned.add(stream::synchronize);
      libraries.put(type, library);
    }
    return type.cast(library);
  }

  @Override
  public void close() {
    use();
    try {
      owned.close();
    } finally {
      CURRENT.remove();
    }
  }
}
