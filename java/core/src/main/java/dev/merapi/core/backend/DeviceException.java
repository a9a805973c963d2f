package dev.merapi.core.backend;

/** A device that is known but cannot be used here: no module, no hardware, no such ordinal. */
public final class DeviceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public DeviceException(String message) {
    super(message);
  }
}
