package dev.merapi.train;

import java.util.List;

/**
 * A finished training.
 *
 * @param epochs one result each
 * @param steps optimizer steps taken
 * @param samplesPerSecond of training, without validation
 */
public record TrainingResult(List<EpochResult> epochs, long steps, double samplesPerSecond) {}
