package dev.merapi.cli.command;

import dev.merapi.cli.job.UsageException;
import dev.merapi.train.Callback;
import dev.merapi.train.EpochResult;
import dev.merapi.train.Evaluation;
import dev.merapi.train.StepResult;
import dev.merapi.train.io.OutputException;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a training stands, for Prometheus to fetch from {@code http://ADDRESS:PORT/metrics}. */
final class PrometheusEndpoint implements Callback, AutoCloseable {
  private static final String LOCAL = "127.0.0.1";
  private static final Pattern ADDRESS = Pattern.compile("(?:(\\S+):)?(\\d{1,5})");
  private static final int LAST_PORT = 65535;
  private static final double MEGABYTE = 1024 * 1024;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final Gauge epoch = gauge("merapi_epoch", "Current epoch, from 1.");
  private final Gauge epochs = gauge("merapi_epochs", "Epochs to be trained.");
  private final Gauge step = gauge("merapi_step", "Optimizer steps taken.");
  private final Gauge loss = gauge("merapi_train_loss", "Mean loss of the last steps.");
  private final Gauge norm = gauge("merapi_gradient_norm", "Norm of all gradients.");
  private final Gauge rate = gauge("merapi_learning_rate", "Learning rate of the last step.");
  private final Gauge speed = gauge("merapi_samples_per_second", "Samples trained per second.");
  private final Gauge validation =
      Gauge.builder()
          .name("merapi_validation")
          .help("Figures of the last validation.")
          .labelNames("metric")
          .register(registry);
  private final HTTPServer server;
  private final String host;

  private PrometheusEndpoint(String host, int port) throws IOException {
    this.host = host;
    GaugeWithCallback.builder()
        .name("merapi_resident_memory_bytes")
        .help("Memory of this process on the host.")
        .callback(callback -> callback.call(ResidentMemory.megabytes() * MEGABYTE))
        .register(registry);
    server = HTTPServer.builder().hostname(host).port(port).registry(registry).buildAndStart();
  }

  private Gauge gauge(String name, String help) {
    return Gauge.builder().name(name).help(help).register(registry);
  }

  /**
   * Listens.
   *
   * @param where a port of this machine alone, {@code 9100}, or an address and a port, {@code
   *     0.0.0.0:9100}; port 0 is any that is free
   * @throws UsageException when that is no port
   * @throws OutputException when it is taken, or the address is not this machine's
   */
  static PrometheusEndpoint open(String where) {
    Matcher parts = ADDRESS.matcher(where);
    if (!parts.matches() || Integer.parseInt(parts.group(2)) > LAST_PORT) {
      throw new UsageException(
          "--prometheus: expected PORT or ADDRESS:PORT with a port up to %d, found '%s'",
          LAST_PORT, where);
    }
    String host = parts.group(1) == null ? LOCAL : parts.group(1);
    int port = Integer.parseInt(parts.group(2));
    try {
      return new PrometheusEndpoint(host, port);
    } catch (IOException | RuntimeException e) {
      throw new OutputException(
          "--prometheus: cannot listen on " + host + ":" + port + " (" + e.getMessage() + ")");
    }
  }

  String url() {
    return "http://" + host + ":" + server.getPort() + "/metrics";
  }

  /** Tells what does not change, and what is asked for when it is fetched. */
  void describe(String job, String device, double deviceMegabytes, DoubleSupplier waitedSeconds) {
    Info.builder()
        .name("merapi_training_info")
        .help("What is trained.")
        .labelNames("name", "device")
        .register(registry)
        .setLabelValues(job, device);
    gauge("merapi_device_memory_bytes", "Planned memory of the training step on the device.")
        .set(deviceMegabytes * MEGABYTE);
    CounterWithCallback.builder()
        .name("merapi_checkpoint_wait_seconds_total")
        .help("How long the training has waited for checkpoints.")
        .callback(callback -> callback.call(waitedSeconds.getAsDouble()))
        .register(registry);
  }

  @Override
  public void onEpochStart(int current, int all, long stepsPerEpoch) {
    epoch.set(current);
    epochs.set(all);
  }

  @Override
  public void onStep(long taken) {
    step.set(taken);
  }

  @Override
  public void onProgress(StepResult result) {
    tell(result.loss(), result.gradientNorm(), result.learningRate(), result.samplesPerSecond());
  }

  @Override
  public void onEpochEnd(EpochResult result) {
    tell(
        result.trainLoss(),
        result.gradientNorm(),
        result.learningRate(),
        result.samplesPerSecond());
    result.validation().ifPresent(this::tell);
  }

  private void tell(double trainLoss, double gradientNorm, double learningRate, double samples) {
    loss.set(trainLoss);
    norm.set(gradientNorm);
    rate.set(learningRate);
    speed.set(samples);
  }

  private void tell(Evaluation found) {
    validation.labelValues("loss").set(found.loss());
    for (String key : found.metrics().keySet()) {
      found.metric(key).ifPresent(value -> validation.labelValues(key).set(value));
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
