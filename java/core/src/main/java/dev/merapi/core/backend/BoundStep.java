package dev.merapi.core.backend;

/** A prepared step and the buffers that it works on. */
public record BoundStep(PreparedStep prepared, Buffers buffers) {}
