package dev.merapi.train;

import java.util.List;
import java.util.OptionalInt;

/**
 * What a training came to.
 *
 * @param epochs a result for each that was brought to its end
 * @param steps optimizer steps taken
 * @param samplesPerSecond of training, without validation
 * @param complete whether the training came to its end, by early stopping too; else it was told to
 *     stop
 * @param bestEpoch that whose weights are there now, by early stopping; empty without
 */
public record TrainingResult(
    List<EpochResult> epochs,
    long steps,
    double samplesPerSecond,
    boolean complete,
    OptionalInt bestEpoch) {}
