/**
 * Ops that run over a sequence and carry a state: LSTM, GRU and the plain RNN, with their backward
 * ops; and {@link dev.merapi.core.op.recurrent.Scan}, which runs whatever body it is given.
 *
 * <p>Sequences are time-major: {@code [T, N, features]}. A stack has layers, each of them one or
 * two directions, and one packed weight vector. What an op saves for its backward op carries no
 * gradient, and the backward ops have none: what is to be differentiated twice is decomposed first.
 *
 * <p>The ops know nothing of lengths. The layers that do (in {@code dev.merapi.nn.layer}) run them
 * over padded sequences, turn the second direction's input round with {@code ReverseSequence}, and
 * take each sequence's last state from its own place. Packing, as PyTorch does it, would save the
 * work behind the ends, but its sizes depend on the data: they would be no part of a program that
 * is planned before the first step and replayed. Batches of buckets of nearly equal length save
 * most of that work without it.
 */
package dev.merapi.core.op.recurrent;
