package dev.merapi.core.backend;

import java.util.Locale;
import java.util.Map;

/** A device that has less memory than was asked for. The message lists who holds how much. */
public final class OutOfDeviceMemoryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long used;
  private final boolean listed;

  private OutOfDeviceMemoryException(String message, long used, boolean listed, Throwable cause) {
    super(message, cause);
    this.used = used;
    this.listed = listed;
  }

  /**
   * Says what was asked for.
   *
   * @param owner what needs the memory
   * @param bytes what it needs
   * @param free bytes of the device that nobody holds
   * @param total all bytes of the device
   */
  public static OutOfDeviceMemoryException of(
      String device, String owner, long bytes, long free, long total) {
    return new OutOfDeviceMemoryException(
        "%s is out of memory: expected %s MB for %s, found %s of %s MB free"
            .formatted(device, megabytes(bytes), owner, megabytes(free), megabytes(total)),
        total - free,
        false,
        null);
  }

  /**
   * The same with who holds the memory, unless that is listed already.
   *
   * @param holders bytes by name
   * @param buffers bytes of the largest buffers of the arena, by name
   */
  public OutOfDeviceMemoryException list(Map<String, Long> holders, Map<String, Long> buffers) {
    if (listed) {
      return this;
    }
    StringBuilder text = new StringBuilder(getMessage());
    text.append("\nheld:");
    holders.forEach((name, bytes) -> line(text, name, bytes));
    long known = holders.values().stream().mapToLong(Long::longValue).sum();
    line(text, "others and libraries", Math.max(0, used - known));
    if (!buffers.isEmpty()) {
      text.append("\nlargest buffers of the arena:");
      buffers.forEach((name, bytes) -> line(text, name, bytes));
    }
    text.append("\nsmaller batches need less");
    return new OutOfDeviceMemoryException(text.toString(), used, true, this);
  }

  private static void line(StringBuilder text, String name, long bytes) {
    text.append("\n  %-40s %12s MB".formatted(name, megabytes(bytes)));
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%,.1f", bytes * 1e-6);
  }
}
