package dev.merapi.core.graph;

/** Ops that run over a sequence and carry a state: RNN, GRU, LSTM. */
public non-sealed interface Recurrent extends Op {}
