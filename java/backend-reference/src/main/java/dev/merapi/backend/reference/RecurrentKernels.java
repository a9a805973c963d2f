package dev.merapi.backend.reference;

import dev.merapi.core.op.recurrent.Gru;
import dev.merapi.core.op.recurrent.GruGrad;
import dev.merapi.core.op.recurrent.Lstm;
import dev.merapi.core.op.recurrent.LstmGrad;
import dev.merapi.core.op.recurrent.PackedWeights;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.op.recurrent.Rnn;
import dev.merapi.core.op.recurrent.RnnGrad;
import dev.merapi.core.tensor.Shape;

/** LSTM, GRU and RNN with their gradients: one loop for all of them, with the cell looked up. */
final class RecurrentKernels {
  private RecurrentKernels() {}

  static void register(KernelTable table) {
    table.add(Lstm.class, (op, in, out) -> new RecurrentForward(lstm(op, in.get(0).shape())));
    table.add(Gru.class, (op, in, out) -> new RecurrentForward(gru(op, in.get(0).shape())));
    table.add(Rnn.class, (op, in, out) -> new RecurrentForward(rnn(op, in.get(0).shape())));
    table.add(
        LstmGrad.class,
        (op, in, out) -> new RecurrentBackward(lstm(op.forward(), in.get(3).shape())));
    table.add(
        GruGrad.class,
        (op, in, out) -> new RecurrentBackward(gru(op.forward(), in.get(2).shape())));
    table.add(
        RnnGrad.class,
        (op, in, out) -> new RecurrentBackward(rnn(op.forward(), in.get(2).shape())));
  }

  private static Problem lstm(Lstm op, Shape x) {
    return new Problem(op, new RecurrentCell.OfLstm(op.hidden()), x);
  }

  private static Problem gru(Gru op, Shape x) {
    return new Problem(op, new RecurrentCell.OfGru(op.hidden()), x);
  }

  private static Problem rnn(Rnn op, Shape x) {
    return new Problem(op, new RecurrentCell.OfRnn(op.mode(), op.hidden()), x);
  }

  /** A stack on an input of some shape. */
  static final class Problem {
    final RecurrentCell cell;
    final PackedWeights weights;
    final int steps;
    final int batch;
    final int hidden;
    final int layers;
    final int directions;
    final int states;

    /** Where the pieces of the weight begin, by row layer * directions + direction. */
    final int[] weightIh;

    final int[] weightHh;
    final int[] biasIh;
    final int[] biasHh;

    /** Numbers that are saved as gates for each place and sample; may be 0. */
    final int gates;

    private Problem(RecurrentStack stack, RecurrentCell cell, Shape x) {
      this.cell = cell;
      weights = stack.weights(x.dim(2));
      steps = x.dim(0);
      batch = x.dim(1);
      hidden = stack.hidden();
      layers = stack.layers();
      directions = stack.directions();
      states = stack.states();
      gates = stack.savedGates() * hidden;
      weightIh = new int[layers * directions];
      weightHh = new int[layers * directions];
      biasIh = new int[layers * directions];
      biasHh = new int[layers * directions];
      for (int row = 0; row < layers * directions; row++) {
        weightIh[row] = weights.weightIh(row / directions, row % directions).offset();
        weightHh[row] = weights.weightHh(row / directions, row % directions).offset();
        biasIh[row] = weights.biasIh(row / directions, row % directions).offset();
        biasHh[row] = weights.biasHh(row / directions, row % directions).offset();
      }
    }

    /** Room for the widest sequence that a layer reads or writes. */
    double[] sequence() {
      return new double[steps * batch * Math.max(weights.input(), directions * hidden)];
    }

    /** The place of the sequence that is computed after so many others. */
    int place(int direction, int step) {
      return direction == 0 ? step : steps - 1 - step;
    }

    /** Where a state of a sample begins in [layers * directions, N, hidden]. */
    int state(int layer, int direction, int sample) {
      return ((layer * directions + direction) * batch + sample) * hidden;
    }

    /** Where what is saved begins in [layers * directions, T, N, size]. */
    int saved(int layer, int direction, int place, int sample, int size) {
      return (((layer * directions + direction) * steps + place) * batch + sample) * size;
    }
  }

  static void read(Cells from, int start, double[] to, int count) {
    for (int i = 0; i < count; i++) {
      to[i] = from.get(start + i);
    }
  }

  static void write(double[] from, Cells to, int start, int count) {
    for (int i = 0; i < count; i++) {
      to.set(start + i, from[i]);
    }
  }
}
