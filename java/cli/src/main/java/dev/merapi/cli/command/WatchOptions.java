package dev.merapi.cli.command;

import dev.merapi.core.backend.Profile;
import picocli.CommandLine.Option;

/** How a training can be watched. */
final class WatchOptions {
  @Option(
      names = "--no-tensorboard",
      description = "Write no event files (else: tensorboard --logdir DIR).")
  private boolean noTensorBoard;

  @Option(
      names = "--prometheus",
      paramLabel = "[ADDRESS:]PORT",
      description = "Tell Prometheus at this port, of 127.0.0.1 unless an address is given.")
  private String prometheus;

  @Option(
      names = "--profile",
      description = "Tell where the time went, as a table and in profile.json (a Chrome trace).")
  private boolean profile;

  boolean tensorBoard() {
    return !noTensorBoard;
  }

  /** A profile that is on, if one is wanted. */
  Profile startProfile() {
    return profile ? Profile.start() : Profile.OFF;
  }

  /** What listens, if it is wanted; else null. */
  PrometheusEndpoint openPrometheus() {
    return prometheus == null ? null : PrometheusEndpoint.open(prometheus);
  }
}
