package dev.merapi.backend.cpu;

import dev.merapi.core.backend.Availability;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.BackendProvider;
import dev.merapi.core.backend.DeviceException;

/** Offers the processor, where oneDNN's native libraries can be loaded. */
public final class CpuBackendProvider implements BackendProvider {
  /** Above the reference, below a GPU. */
  private static final int PRIORITY = 10;

  @Override
  public String id() {
    return "cpu";
  }

  @Override
  public int priority() {
    return PRIORITY;
  }

  @Override
  public Availability availability() {
    return Natives.availability();
  }

  @Override
  public Backend open(int ordinal) {
    if (ordinal != 0) {
      throw new DeviceException("there is one cpu device, found cpu:" + ordinal);
    }
    Availability availability = availability();
    if (!availability.usable()) {
      throw new DeviceException("device cpu cannot be used: " + availability.reason());
    }
    return new CpuBackend();
  }
}
