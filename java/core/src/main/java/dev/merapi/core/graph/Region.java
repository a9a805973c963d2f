package dev.merapi.core.graph;

/**
 * Ops that the compiler makes of several others, so that these run as one kernel. They come after
 * differentiation and have no gradient; a decomposition gives the others back.
 */
public non-sealed interface Region extends Op {}
