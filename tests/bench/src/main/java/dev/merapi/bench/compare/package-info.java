/** Runs Merapi and its peers in turn, each in a process of its own, and tells ratios. */
package dev.merapi.bench.compare;
