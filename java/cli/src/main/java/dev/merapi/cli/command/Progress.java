package dev.merapi.cli.command;

import dev.merapi.train.Callback;
import dev.merapi.train.EpochResult;
import dev.merapi.train.StepResult;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows a training on standard error: a bar where that is a terminal, and a line per epoch. */
final class Progress implements Callback, AutoCloseable {
  private static final double LARGE = 1e6;

  private final PrintWriter log;
  private final boolean terminal;
  private final double deviceMegabytes;
  private final LongSupplier nanoTime;
  private ProgressBar bar;
  private int epochs;
  private long stepsPerEpoch;

  /** The steps before the current epoch. */
  private long stepsBefore;

  /** The first step that was seen, and when: a resumed training begins late. */
  private long firstStep = -1;

  private long firstNanos;
  private OptionalDouble accuracy = OptionalDouble.empty();

  /**
   * Shows nothing yet.
   *
   * @param deviceMegabytes what the training step takes of the device's memory
   */
  Progress(PrintWriter log, boolean terminal, double deviceMegabytes) {
    this(log, terminal, deviceMegabytes, System::nanoTime);
  }

  /** With another clock, for tests. */
  Progress(PrintWriter log, boolean terminal, double deviceMegabytes, LongSupplier nanoTime) {
    this.log = log;
    this.terminal = terminal;
    this.deviceMegabytes = deviceMegabytes;
    this.nanoTime = nanoTime;
  }

  @Override
  public void onEpochStart(int epoch, int ofEpochs, long ofSteps) {
    epochs = ofEpochs;
    stepsPerEpoch = ofSteps;
    stepsBefore = (epoch - 1) * stepsPerEpoch;
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("epoch " + epoch + "/" + ofEpochs)
              .setInitialMax(stepsPerEpoch)
              .setStyle(ProgressBarStyle.ASCII)
              .hideEta() // the epoch's alone: the message tells the training's
              .build();
    }
  }

  @Override
  public void onStep(long step) {
    if (firstStep < 0) {
      firstStep = step;
      firstNanos = nanoTime.getAsLong();
    }
    if (bar != null) {
      bar.stepTo(step - stepsBefore);
    }
  }

  @Override
  public void onProgress(StepResult result) {
    if (bar != null) {
      bar.setExtraMessage(message(result, ResidentMemory.megabytes()));
    }
  }

  /** Loss, accuracy of the last validation, speed, time left, memory of host and device. */
  String message(StepResult result, double hostMegabytes) {
    StringBuilder message = new StringBuilder("loss " + figure(result.loss()));
    accuracy.ifPresent(a -> message.append(", accuracy ").append(figure(a)));
    message.append(format(", %.0f samples/s", result.samplesPerSecond()));
    if (result.steps() > firstStep) {
      double seconds = (nanoTime.getAsLong() - firstNanos) * 1e-9;
      long steps = epochs * stepsPerEpoch - result.steps();
      message.append(", ").append(time(seconds / (result.steps() - firstStep) * steps));
      message.append(" left");
    }
    return message
        .append(format(", %.0f MB, device %.0f MB", hostMegabytes, deviceMegabytes))
        .toString();
  }

  private static String time(double seconds) {
    long whole = Math.round(seconds);
    return format("%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60);
  }

  @Override
  public void onEpochEnd(EpochResult result) {
    close();
    StringBuilder line = new StringBuilder();
    line.append(format("epoch %d/%d: train loss ", result.epoch(), epochs));
    line.append(figure(result.trainLoss()));
    result
        .validation()
        .ifPresent(
            validation -> {
              accuracy = validation.accuracy();
              line.append(", validation loss ").append(figure(validation.loss()));
              accuracy.ifPresent(a -> line.append(", accuracy ").append(figure(a)));
            });
    line.append(format(", %.0f samples/s", result.samplesPerSecond()));
    log.println(line);
    log.flush();
  }

  /** Four decimals, which would be digits without a meaning for a loss that explodes. */
  private static String figure(double value) {
    return Math.abs(value) < LARGE
        ? format("%.4f", value)
        : Double.toString(Figures.rounded(value));
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
