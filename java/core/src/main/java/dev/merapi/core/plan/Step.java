package dev.merapi.core.plan;

import dev.merapi.core.graph.Node;
import java.util.Map;

/**
 * One node to be run, at its place in the order.
 *
 * @param index the place
 * @param node what is run
 * @param inPlace for outputs that are written straight into a variable: output index to path
 */
public record Step(int index, Node node, Map<Integer, String> inPlace) {}
