package dev.merapi.bench.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What Linux says of this process, in {@code /proc}. */
public final class ThisProcess {
  private static final Pattern HIGH_WATER_MARK = Pattern.compile("VmHWM:\\s*(\\d+) kB");
  private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux

  /** The place of the start time among the fields that follow the command's name. */
  private static final int START_TIME = 19;

  private ThisProcess() {}

  /** The most resident memory that it ever had, in MB (2^20 bytes). */
  public static double peakMegabytes() {
    Matcher found = HIGH_WATER_MARK.matcher(read("/proc/self/status"));
    if (!found.find()) {
      throw new IllegalStateException("expected VmHWM in /proc/self/status, found none");
    }
    return Long.parseLong(found.group(1)) / 1024.0;
  }

  /** Seconds since it was started (to 10 ms), by a shell that became it or as itself. */
  public static double ageSeconds() {
    String status = read("/proc/self/stat");
    // The command's name, in parentheses, may hold spaces.
    String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ");
    double uptime = Double.parseDouble(read("/proc/uptime").split(" ")[0]);
    return uptime - Long.parseLong(fields[START_TIME]) / TICKS_PER_SECOND;
  }

  private static String read(String path) {
    try {
      return Files.readString(Path.of(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
