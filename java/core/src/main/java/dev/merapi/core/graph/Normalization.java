package dev.merapi.core.graph;

/**
 * Ops that scale by statistics of the values: softmax, batch, layer and local response
 * normalization.
 */
public non-sealed interface Normalization extends Op {}
