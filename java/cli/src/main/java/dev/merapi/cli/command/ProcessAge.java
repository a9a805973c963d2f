package dev.merapi.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** How long this process has been running. */
final class ProcessAge {
  private static final Path STATUS = Path.of("/proc/self/stat");
  private static final Path UPTIME = Path.of("/proc/uptime");
  private static final double TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux

  /** The place of the start time among the fields that follow the command's name. */
  private static final int START_TIME = 19;

  private ProcessAge() {}

  /** Since the launcher began, as Linux counts it (to 10 ms); elsewhere since the JVM began. */
  static double seconds() {
    return Files.isReadable(STATUS) && Files.isReadable(UPTIME) ? sinceLaunch() : sinceJvm();
  }

  private static double sinceLaunch() {
    try {
      String status = Files.readString(STATUS);
      // The command's name, in parentheses, may hold spaces.
      String[] fields = status.substring(status.lastIndexOf(')') + 2).split(" ");
      double uptime = Double.parseDouble(Files.readString(UPTIME).split(" ")[0]);
      return uptime - Long.parseLong(fields[START_TIME]) / TICKS_PER_SECOND;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double sinceJvm() {
    return ManagementFactory.getRuntimeMXBean().getUptime() / 1000.0;
  }
}
