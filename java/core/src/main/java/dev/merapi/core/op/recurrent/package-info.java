/**
 * Ops that run over a sequence and carry a state: LSTM, GRU and the plain RNN, with their backward
 * ops; and {@link dev.merapi.core.op.recurrent.Scan}, which runs whatever body it is given.
 *
 * <p>Sequences are time-major: {@code [T, N, features]}. A stack has layers, each of them one or
 * two directions, and one packed weight vector. What an op saves for its backward op carries no
 * gradient, and the backward ops have none: what is to be differentiated twice is decomposed first.
 */
package dev.merapi.core.op.recurrent;
