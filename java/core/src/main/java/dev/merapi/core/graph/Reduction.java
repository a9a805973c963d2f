package dev.merapi.core.graph;

/** Ops that remove axes: sum, maximum, argmax. */
public non-sealed interface Reduction extends Op {}
