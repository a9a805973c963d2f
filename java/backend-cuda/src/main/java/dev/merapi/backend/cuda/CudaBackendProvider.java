package dev.merapi.backend.cuda;

import dev.merapi.backend.cuda.cublas.CublasLtLibrary;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.CudaDevices;
import dev.merapi.core.backend.Availability;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.BackendProvider;
import dev.merapi.core.backend.DeviceException;

/** Offers the GPUs, where there is one with its driver, NVRTC, cuBLAS and cuDNN. */
public final class CudaBackendProvider implements BackendProvider {
  /** What people who have a GPU want to use. */
  private static final int PRIORITY = 100;

  @Override
  public String id() {
    return "cuda";
  }

  @Override
  public int priority() {
    return PRIORITY;
  }

  @Override
  public Availability availability() {
    Availability found = CudaDevices.availability();
    return found.usable()
        ? new Availability(true, found.reason() + ", " + CublasLtLibrary.description())
        : found;
  }

  @Override
  public Backend open(int ordinal) {
    Availability availability = availability();
    if (!availability.usable()) {
      throw new DeviceException("device cuda cannot be used: " + availability.reason());
    }
    int count = CudaDevices.count();
    if (ordinal >= count) {
      throw new DeviceException(
          "there %s, found cuda:%d"
              .formatted(
                  count == 1 ? "is one cuda device" : "are " + count + " cuda devices", ordinal));
    }
    return new CudaBackend(CudaContext.open(ordinal));
  }
}
