/**
 * What every backend must compute: op cases with independent expectations.
 *
 * <p>A case is data: an op, its inputs, a sampler for each and a closed form or golden values. The
 * checks that are generated from the cases (types, forward, gradient, fusion, memory plan, replay)
 * stand in this module's tests and run on every backend that {@code ServiceLoader} finds.
 */
package dev.merapi.conformance;
