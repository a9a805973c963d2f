/**
 * Compiler passes: graph in, graph out.
 *
 * <p>A pass never changes a graph. It builds a new one with the same name, seed and outputs, whose
 * nodes stand at the same paths. {@link dev.merapi.core.graph.Graph#apply} gives the existing node
 * when an equal op was applied to the same values before, so building a graph anew <em>is</em>
 * common-subexpression elimination: no pass of that name is needed. Random ops carry their key as
 * an attribute, so two different draws are never merged.
 *
 * <p>{@link dev.merapi.core.pass.PassPipeline#standard} says which pass runs when.
 */
package dev.merapi.core.pass;
