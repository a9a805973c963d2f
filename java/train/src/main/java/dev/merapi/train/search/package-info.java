/**
 * Searches for hyper-parameters: a space of distributions, strategies that propose points of it, a
 * Gaussian process as a model of the objective, and successive halving. Nothing here trains.
 *
 * <p>A point has a coordinate in [0, 1] per hyper-parameter, the quantile of its distribution; the
 * objective is always minimized.
 */
package dev.merapi.train.search;
