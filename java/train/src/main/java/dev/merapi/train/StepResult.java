package dev.merapi.train;

/**
 * Where a training stands when the host looks at the control block, every so many steps.
 *
 * @param epoch the current one, from 1
 * @param steps optimizer steps since the beginning
 * @param loss mean over the samples since the last look
 * @param epochLoss mean over the epoch's samples so far
 * @param gradientNorm of the last step, before clipping
 * @param learningRate of the last step
 * @param samplesPerSecond since the last look
 */
public record StepResult(
    int epoch,
    long steps,
    double loss,
    double epochLoss,
    double gradientNorm,
    double learningRate,
    double samplesPerSecond) {}
