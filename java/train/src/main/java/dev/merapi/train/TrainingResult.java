package dev.merapi.train;

import java.util.List;

/**
 * What a training came to.
 *
 * @param epochs a result for each that was brought to its end
 * @param steps optimizer steps taken
 * @param samplesPerSecond of training, without validation
 * @param complete whether all epochs were trained; else it was told to stop
 */
public record TrainingResult(
    List<EpochResult> epochs, long steps, double samplesPerSecond, boolean complete) {}
