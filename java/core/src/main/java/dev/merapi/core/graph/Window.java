package dev.merapi.core.graph;

/**
 * Ops that slide a window over the spatial axes of N C H W tensors: convolution and pooling, with
 * their backward ops.
 */
public non-sealed interface Window extends Op {}
