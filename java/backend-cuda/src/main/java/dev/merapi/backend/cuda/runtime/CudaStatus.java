package dev.merapi.backend.cuda.runtime;

import jcuda.CudaException;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/** What a failed call returned. JCuda's exceptions have it as their message only, by its name. */
final class CudaStatus {
  /** CUDA's own statuses end here. */
  private static final int MOST = 1000;

  private CudaStatus() {}

  static boolean isOutOfMemory(CudaException e) {
    return "CUDA_ERROR_OUT_OF_MEMORY".equals(e.getMessage());
  }

  /** With the driver's words, where it is a status of the driver. */
  static String describe(CudaException e) {
    String name = String.valueOf(e.getMessage());
    for (int status = 1; status < MOST; status++) {
      if (name.equals(CUresult.stringFor(status))) {
        String[] text = new String[1];
        JCudaDriver.cuGetErrorString(status, text);
        return name + " (" + text[0] + ")";
      }
    }
    return name;
  }
}
