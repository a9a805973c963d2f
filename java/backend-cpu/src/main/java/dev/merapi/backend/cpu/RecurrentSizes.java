package dev.merapi.backend.cpu;

import dev.merapi.core.op.recurrent.PackedWeights;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.tensor.Shape;

/** The sizes of a recurrent stack on an input [T, N, features], and where its values lie. */
record RecurrentSizes(RecurrentStack stack, PackedWeights weights, int steps, int batch) {
  static RecurrentSizes of(RecurrentStack stack, Shape x) {
    return new RecurrentSizes(stack, stack.weights(x.dim(2)), x.dim(0), x.dim(1));
  }

  int hidden() {
    return stack.hidden();
  }

  int layers() {
    return stack.layers();
  }

  int directions() {
    return stack.directions();
  }

  int states() {
    return stack.states();
  }

  int gates() {
    return stack.gates();
  }

  int savedGates() {
    return stack.savedGates();
  }

  /** Elements of all gates of one sample. */
  int columns() {
    return weights.rows();
  }

  /** Elements of the sequence: all places of all samples. */
  int places() {
    return steps * batch;
  }

  /** Pairs of layer and direction. */
  int passes() {
    return layers() * directions();
  }

  /** Elements of a state of one layer and direction. */
  int state() {
    return batch * hidden();
  }

  /** Features of what a layer writes. */
  int width() {
    return directions() * hidden();
  }

  /** The place of the sequence that is computed after so many others. */
  int place(int direction, int step) {
    return direction == 0 ? step : steps - 1 - step;
  }

  /** Where what is saved of a place begins, in [layers * directions, T, N, blocks * hidden]. */
  int saved(int pass, int place, int blocks) {
    return (pass * steps + place) * state() * blocks;
  }

  /** Rows of a tile: as many as stay in cache with all their gates. */
  int tileRows() {
    return Math.max(1, Math.min(batch, Engine.TILE / hidden()));
  }

  /** Tiles of a step. */
  int tiles() {
    return (batch + tileRows() - 1) / tileRows();
  }
}
