/**
 * Ops that scale by statistics of the values, with their backward ops.
 *
 * <p>Each of them can be decomposed into elementwise ops, reductions and movements. Statistics that
 * an op saves for its backward op carry no gradient, and most backward ops have none: what is to be
 * differentiated twice is decomposed first.
 */
package dev.merapi.core.op.normalization;
