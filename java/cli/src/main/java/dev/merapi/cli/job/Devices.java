package dev.merapi.cli.job;

import dev.merapi.core.runtime.Backends;
import dev.merapi.train.Precision;
import java.io.PrintWriter;

/** Chooses the device that a job or the command line names. */
public final class Devices {
  /** The only one that can round products and do without determinism. */
  private static final String CUDA = "cuda";

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

  /** Says, in a line each, what was allowed to make training faster and does nothing here. */
  public static void warn(
      Backends.Choice choice, Precision precision, boolean deterministic, PrintWriter log) {
    String id = choice.provider().id();
    if (precision == Precision.TF32 && !id.equals(CUDA)) {
      log.println("precision: tf32 changes nothing on " + id + ", which computes in f32");
    }
    if (!deterministic && !id.equals(CUDA)) {
      log.println("deterministic: false changes nothing on " + id + ", which always is");
    }
    log.flush();
  }
}
