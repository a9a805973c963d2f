package dev.merapi.train.checkpoint;

/**
 * The best evaluation of a training so far.
 *
 * @param step after which it was made
 * @param loss on the validation data, the lower the better
 */
public record Best(long step, double loss) {}
