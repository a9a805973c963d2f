package dev.merapi.cli.command;

import dev.merapi.train.Callback;
import dev.merapi.train.EpochResult;
import java.io.PrintWriter;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows a training on standard error: a bar where that is a terminal, and a line per epoch. */
final class Progress implements Callback, AutoCloseable {
  private static final double LARGE = 1e6;

  private final PrintWriter log;
  private final boolean terminal;
  private ProgressBar bar;
  private long finishedSteps;
  private int epochs;

  Progress(PrintWriter log, boolean terminal) {
    this.log = log;
    this.terminal = terminal;
  }

  @Override
  public void onEpochStart(int epoch, int ofEpochs, long stepsPerEpoch) {
    epochs = ofEpochs;
    if (terminal) {
      bar =
          new ProgressBarBuilder()
              .setTaskName("epoch " + epoch + "/" + ofEpochs)
              .setInitialMax(stepsPerEpoch)
              .setStyle(ProgressBarStyle.ASCII)
              .build();
    }
  }

  @Override
  public void onStep(long step) {
    if (bar != null) {
      bar.stepTo(step - finishedSteps);
    }
  }

  @Override
  public void onProgress(long step, double meanLoss) {
    if (bar != null) {
      bar.setExtraMessage("loss " + figure(meanLoss));
    }
  }

  @Override
  public void onEpochEnd(EpochResult result) {
    close();
    finishedSteps = result.steps();
    StringBuilder line = new StringBuilder();
    line.append(format("epoch %d/%d: train loss ", result.epoch(), epochs));
    line.append(figure(result.trainLoss()));
    result
        .validation()
        .ifPresent(
            validation -> {
              line.append(", validation loss ").append(figure(validation.loss()));
              validation.accuracy().ifPresent(a -> line.append(", accuracy ").append(figure(a)));
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
