/**
 * Hyper-parameter search over jobs: the space as it is written, the trials as they are logged, and
 * the loop that tries points and promotes trials. Strategies are in {@code
 * dev.merapi.train.search}.
 */
package dev.merapi.cli.tune;
