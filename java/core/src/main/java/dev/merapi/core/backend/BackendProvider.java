package dev.merapi.core.backend;

/** What {@code ServiceLoader} finds: a backend that may or may not be usable on this machine. */
public interface BackendProvider {
  /** The name in {@code device: ...}. */
  String id();

  /** The usable backend with the highest priority is what {@code auto} means. */
  int priority();

  /** Looks at the machine. Never throws: what goes wrong is the reason. */
  Availability availability();

  /**
   * Opens a device.
   *
   * @param ordinal which one, from 0
   * @throws DeviceException when it cannot be used
   */
  Backend open(int ordinal);
}
