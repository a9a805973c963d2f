package dev.merapi.train;

import java.util.List;

/** Several callbacks, told one after the other. */
record Callbacks(List<Callback> all) implements Callback {
  @Override
  public void onEpochStart(int epoch, int epochs, long stepsPerEpoch) {
    all.forEach(callback -> callback.onEpochStart(epoch, epochs, stepsPerEpoch));
  }

  @Override
  public void onStep(long step) {
    for (Callback callback : all) {
      callback.onStep(step);
    }
  }

  @Override
  public void onProgress(StepResult result) {
    all.forEach(callback -> callback.onProgress(result));
  }

  @Override
  public void onEpochEnd(EpochResult result) {
    all.forEach(callback -> callback.onEpochEnd(result));
  }
}
