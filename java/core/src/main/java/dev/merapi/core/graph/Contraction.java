package dev.merapi.core.graph;

/** Sums of products over a shared axis: matrix multiplication. */
public non-sealed interface Contraction extends Op {}
