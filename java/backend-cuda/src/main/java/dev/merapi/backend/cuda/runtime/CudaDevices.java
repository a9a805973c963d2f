package dev.merapi.backend.cuda.runtime;

import dev.merapi.core.backend.Availability;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jcuda.CudaException;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.JCudaDriver;
import jcuda.jcublas.JCublas2;
import jcuda.jcudnn.JCudnn;
import jcuda.nvrtc.JNvrtc;

/** The GPUs of this machine, looked for once. */
public final class CudaDevices {
  /** Its parts, as a library property of CUDA's: major, minor, patch level. */
  private static final int[] CUBLAS_VERSION = {0, 1, 2};

  private static final String NO_DEVICE = "CUDA_ERROR_NO_DEVICE";
  private static final String NO_GPU = "the NVIDIA driver knows no GPU";

  private static final Availability AVAILABILITY = probe();

  private CudaDevices() {}

  /** Whether there is a device, with its name and all versions; else what is missing. */
  public static Availability availability() {
    return AVAILABILITY;
  }

  /** How many there are. */
  public static int count() {
    int[] count = new int[1];
    JCudaDriver.cuDeviceGetCount(count);
    return count[0];
  }

  private static Availability probe() {
    Availability loaded = NativeBoot.availability();
    if (!loaded.usable()) {
      return loaded;
    }
    try {
      String old = oldDriver();
      if (old != null) {
        return new Availability(false, old);
      }
      JCudaDriver.cuInit(0);
      if (count() == 0) {
        return new Availability(false, NO_GPU);
      }
      return new Availability(true, String.join(", ", names()) + "; " + versions());
    } catch (CudaException e) {
      return new Availability(
          false,
          NO_DEVICE.equals(e.getMessage())
              ? NO_GPU
              : "the NVIDIA driver cannot be used: " + CudaStatus.describe(e));
    }
  }

  /** A driver runs what was made for its CUDA or an older one; null when it is new enough. */
  private static String oldDriver() {
    int[] driver = new int[1];
    JCudaDriver.cuDriverGetVersion(driver);
    int[] major = new int[1];
    int[] minor = new int[1];
    JNvrtc.nvrtcVersion(major, minor);
    return driver[0] / 1000 >= major[0]
        ? null
        : ("the NVIDIA driver is too old: it is for CUDA %d.%d, expected one for CUDA %d.0 or"
                + " newer, as NVRTC is %d.%d")
            .formatted(driver[0] / 1000, driver[0] % 1000 / 10, major[0], major[0], minor[0]);
  }

  private static List<String> names() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count(); i++) {
      CUdevice device = new CUdevice();
      JCudaDriver.cuDeviceGet(device, i);
      byte[] name = new byte[256];
      JCudaDriver.cuDeviceGetName(name, name.length, device);
      names.add(
          "%s (sm_%d%d)"
              .formatted(
                  new String(name, StandardCharsets.UTF_8).split("\0")[0],
                  attribute(
                      device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
                  attribute(
                      device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR)));
    }
    return names;
  }

  private static int attribute(CUdevice device, int attribute) {
    int[] value = new int[1];
    JCudaDriver.cuDeviceGetAttribute(value, attribute, device);
    return value[0];
  }

  private static String versions() {
    int[] driver = new int[1];
    JCudaDriver.cuDriverGetVersion(driver);
    int[] major = new int[1];
    int[] minor = new int[1];
    JNvrtc.nvrtcVersion(major, minor);
    int[] cublas = new int[1];
    List<String> cublasVersion = new ArrayList<>();
    for (int part : CUBLAS_VERSION) {
      JCublas2.cublasGetProperty(part, cublas);
      cublasVersion.add(Integer.toString(cublas[0]));
    }
    long cudnn = JCudnn.cudnnGetVersion();
    return "driver for CUDA %d.%d, NVRTC %d.%d, cuBLAS %s, cuDNN %d.%d.%d"
        .formatted(
            driver[0] / 1000,
            driver[0] % 1000 / 10,
            major[0],
            minor[0],
            String.join(".", cublasVersion),
            cudnn / 10_000,
            cudnn % 10_000 / 100,
            cudnn % 100);
  }
}
