package dev.merapi.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A way to run a program.
 *
 * @param name for tables
 * @param environment what it is told about threads; it inherits nothing of that kind
 * @param command to which a run's arguments are added
 */
public record Setting(String name, Map<String, String> environment, List<String> command) {
  /** Merapi's name in all tables. */
  public static final String MERAPI = "Merapi";

  /** Merapi has one: how its threads wait is its launcher's business. */
  static Setting merapi(int threads, List<String> command) {
    return new Setting(MERAPI, Map.of("OMP_NUM_THREADS", Integer.toString(threads)), command);
  }

  /**
   * What OpenMP is told for kernels by themselves, with Merapi's and without: as by its launcher.
   */
  public static Map<String, String> openMp(int threads) {
    return Map.of("OMP_NUM_THREADS", Integer.toString(threads), "GOMP_SPINCOUNT", "5000");
  }

  /**
   * PyTorch's three: which of them is best depends on the workload.
   *
   * @param peer PyTorch's name in tables
   * @param blas what the number of threads of its BLAS is called in the environment
   */
  static List<Setting> pyTorch(String peer, String blas, int threads, List<String> command) {
    String openMp = "OMP_NUM_THREADS";
    String all = Integer.toString(threads);
    List<Setting> settings = new ArrayList<>();
    settings.add(new Setting(peer + ", 1 thread", Map.of(openMp, "1", blas, "1"), command));
    if (threads > 1) {
      settings.add(
          new Setting(
              "%s, %d threads, BLAS 1".formatted(peer, threads),
              Map.of(openMp, all, blas, "1"),
              command));
      settings.add(
          new Setting(
              "%s, %d threads, passive".formatted(peer, threads),
              Map.of(openMp, all, blas, all, "OMP_WAIT_POLICY", "passive"),
              command));
    }
    return settings;
  }

  /** A main class of this module, in a JVM with the options that Merapi's launcher gives. */
  public static List<String> java(Class<?> main) {
    return List.of(
        System.getProperty("java.home") + "/bin/java",
        "-XX:+UseSerialGC",
        "-XX:MaxRAMPercentage=75",
        "-Dorg.bytedeco.javacpp.maxbytes=0",
        "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
        "-cp",
        System.getProperty("java.class.path"),
        main.getName());
  }
}
