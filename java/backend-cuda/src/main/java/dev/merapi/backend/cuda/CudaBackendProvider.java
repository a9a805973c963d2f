package dev.merapi.backend.cuda;

import dev.merapi.backend.cuda.cublas.CublasLtLibrary;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.CudaDevices;
import dev.merapi.core.backend.Availability;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.BackendProvider;
import dev.merapi.core.backend.DeviceException;
import dev.merapi.core.backend.DeviceFailureException;
import jcuda.CudaException;

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
          "device cuda:%d cannot be used: %s"
              .formatted(
                  ordinal,
                  count == 1
                      ? "there is one, cuda:0"
                      : "there are " + count + ", cuda:0 to cuda:" + (count - 1)));
    }
    try {
      return new CudaBackend(CudaContext.open(ordinal));
    } catch (CudaException | DeviceFailureException e) {
      throw new DeviceException("device cuda:" + ordinal + " cannot be opened: " + e.getMessage());
    }
  }
}
