package dev.merapi.core.graph;

/** Where values come from that no other op made: program inputs and constants. */
public non-sealed interface Source extends Op {}
