package dev.merapi.cli.job;

import dev.merapi.train.data.Dataset;

/**
 * The data of a job, read.
 *
 * @param train what is left for training
 * @param validation what was kept from it, or null
 * @param test for the end, or null
 */
public record OpenData(Dataset train, Dataset validation, Dataset test) {}
