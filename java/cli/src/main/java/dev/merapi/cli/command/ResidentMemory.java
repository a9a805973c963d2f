package dev.merapi.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much of the machine's memory this process uses. */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern NOW = Pattern.compile("VmRSS:\\s*(\\d+) kB");
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s*(\\d+) kB");
  private static final double MEGABYTE = 1024 * 1024;

  private ResidentMemory() {}

  /** Resident memory as Linux counts it; elsewhere the JVM's own pools. */
  static double megabytes() {
    return megabytes(NOW, MemoryPoolMXBean::getUsage);
  }

  /** The most that it has been. */
  static double peakMegabytes() {
    return megabytes(PEAK, MemoryPoolMXBean::getPeakUsage);
  }

  private static double megabytes(Pattern line, Function<MemoryPoolMXBean, MemoryUsage> usage) {
    if (Files.isReadable(STATUS)) {
      try {
        Matcher found = line.matcher(Files.readString(STATUS));
        if (found.find()) {
          return Long.parseLong(found.group(1)) / 1024.0;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    long bytes =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .map(usage)
            .mapToLong(MemoryUsage::getCommitted)
            .sum();
    return bytes / MEGABYTE;
  }
}
