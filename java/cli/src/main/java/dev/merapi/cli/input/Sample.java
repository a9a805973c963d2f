package dev.merapi.cli.input;

import dev.merapi.core.tensor.HostTensor;

/**
 * Something to predict.
 *
 * @param name what the user called it
 * @param tensor as the model's data are
 */
public record Sample(String name, HostTensor tensor) {}
