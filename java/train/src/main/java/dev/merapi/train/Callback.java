package dev.merapi.train;

/** Told about a training as it goes. */
public interface Callback {
  /** Before the first batch of an epoch. */
  default void onEpochStart(int epoch, int epochs, long stepsPerEpoch) {}

  /** After a step was enqueued; the device may not have finished it. */
  default void onStep(long step) {}

  /** When the host has looked at the control block, every so many steps. */
  default void onProgress(StepResult result) {}

  /** After an epoch and its validation. */
  default void onEpochEnd(EpochResult result) {}
}
