/**
 * Graphs of ops: what is computed, not how.
 *
 * <p>{@link dev.merapi.core.graph.Op} is sealed into families, and the families are open. A pass
 * asks for the family (any elementwise op can be fused, any movement moved), so a new op needs no
 * new pass. The families stand here, beside {@code Op}, because a sealed type and what it permits
 * share a package; the ops themselves are in {@code dev.merapi.core.op}.
 *
 * <p>{@code Source} (inputs and constants) is a family of its own: unlike {@code State} it has no
 * order to keep with writers, and unlike {@code Movement} it moves nothing.
 */
package dev.merapi.core.graph;
