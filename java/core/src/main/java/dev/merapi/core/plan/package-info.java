/**
 * From a graph to an order of steps and a place in memory for every value.
 *
 * <p>The planner sees bytes, lifetimes and alignments, never tensors or devices. All memory of a
 * program is known before its first run, so nothing is allocated in the training loop and running
 * out of memory can only happen at the start, where the largest holders can be named.
 */
package dev.merapi.core.plan;
