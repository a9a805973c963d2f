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
      bar.setExtraMessage(format("loss %.4f", meanLoss));
    }
  }

  @Override
  public void onEpochEnd(EpochResult result) {
    close();
    finishedSteps = result.steps();
    StringBuilder line = new StringBuilder();
    line.append(format("epoch %d/%d: train loss %.4f", result.epoch(), epochs, result.trainLoss()));
    result
        .validation()
        .ifPresent(
            validation -> {
              line.append(format(", validation loss %.4f", validation.loss()));
              validation.accuracy().ifPresent(a -> line.append(format(", accuracy %.4f", a)));
            });
    line.append(format(", %.0f samples/s", result.samplesPerSecond()));
    log.println(line);
    log.flush();
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
