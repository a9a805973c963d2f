package dev.merapi.cli.job;

import dev.merapi.nn.Default;

/**
 * What weights a training begins with, instead of random ones.
 *
 * @param from a safetensors file, a run's folder or a checkpoint
 * @param strict whether names and shapes must all be those of the model; false loads what fits
 */
public record Init(String from, @Default("true") boolean strict) {}
