package dev.merapi.train;

import java.util.Optional;

/**
 * One pass over the training data.
 *
 * @param epoch from 1
 * @param steps optimizer steps since the beginning
 * @param trainLoss mean over the epoch's samples, while the weights changed
 * @param gradientNorm of the last step, before clipping
 * @param learningRate of the last step
 * @param samplesPerSecond of training alone
 * @param validation on the validation data; empty without them
 */
public record EpochResult(
    int epoch,
    long steps,
    double trainLoss,
    double gradientNorm,
    double learningRate,
    double samplesPerSecond,
    Optional<Evaluation> validation) {}
