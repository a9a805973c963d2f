package dev.merapi.backend.reference;

import dev.merapi.core.backend.Availability;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.BackendProvider;
import dev.merapi.core.backend.DeviceException;

/** Offers the reference backend, which works everywhere and is chosen only when nothing else is. */
public final class ReferenceBackendProvider implements BackendProvider {
  @Override
  public String id() {
    return "reference";
  }

  @Override
  public int priority() {
    return 0;
  }

  @Override
  public Availability availability() {
    return new Availability(true, "plain Java loops on one thread; exact, not fast");
  }

  @Override
  public Backend open(int ordinal) {
    if (ordinal != 0) {
      throw new DeviceException("there is one reference device, found reference:" + ordinal);
    }
    return new ReferenceBackend();
  }
}
