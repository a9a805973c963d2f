package dev.merapi.cli.job;

import dev.merapi.core.runtime.Backends;
import java.io.PrintWriter;

/** Chooses the device that a job or the command line names. */
public final class Devices {
  private Devices() {}

  /**
   * Chooses a device and says what {@code auto} means here.
   *
   * @throws UsageException when that is no device name
   * @throws dev.merapi.core.backend.DeviceException when it cannot be used here
   */
  public static Backends.Choice choose(String device, PrintWriter log) {
    Backends.Choice choice;
    try {
      choice = Backends.choose(device);
    } catch (IllegalArgumentException e) {
      throw new UsageException("%s", e.getMessage());
    }
    if (device.equals("auto")) {
      String reason = choice.reason().isEmpty() ? "" : " (" + choice.reason() + ")";
      log.println("device auto: chose " + choice.provider().id() + reason);
      log.flush();
    }
    return choice;
  }
}
