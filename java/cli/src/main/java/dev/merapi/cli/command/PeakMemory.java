package dev.merapi.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much memory this process has used at most. */
final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern HIGH_WATER_MARK = Pattern.compile("VmHWM:\\s*(\\d+) kB");
  private static final double MEGABYTE = 1024 * 1024;

  private PeakMemory() {}

  /** Resident memory as Linux counts it; elsewhere the JVM's own pools. */
  static double megabytes() {
    return Files.isReadable(STATUS) ? resident() : pools();
  }

  private static double resident() {
    try {
      Matcher found = HIGH_WATER_MARK.matcher(Files.readString(STATUS));
      return found.find() ? Long.parseLong(found.group(1)) / 1024.0 : pools();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double pools() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .map(MemoryPoolMXBean::getPeakUsage)
            .mapToLong(usage -> usage.getCommitted())
            .sum()
        / MEGABYTE;
  }
}
