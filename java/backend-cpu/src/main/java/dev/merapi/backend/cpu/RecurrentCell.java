package dev.merapi.backend.cpu;

import dev.merapi.core.op.recurrent.Gru;
import dev.merapi.core.op.recurrent.Lstm;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.op.recurrent.Rnn;
import java.util.Arrays;

/**
 * A recurrent step from the matrix products on, forward and backward, for the rows of a tile.
 * Java's compiler vectorizes loops that write one array, so there is a loop for each.
 */
interface RecurrentCell {
  /** The states after the step, and the gates, from the products and the states before it. */
  void step(RecurrentTile tile, int count);

  /**
   * The gradients by the products, and those by the states before the step but for what goes
   * through the product with h.
   */
  void back(RecurrentTile tile, int count);

  /**
   * Whether a step reads the sum of both products only, which is then the tile's input; the
   * gradients by both products are the same.
   */
  boolean addsProducts();

  static RecurrentCell of(RecurrentStack stack) {
    if (stack instanceof Lstm) {
      return new LstmCell();
    } else if (stack instanceof Gru) {
      return new GruCell();
    }
    return ((Rnn) stack).mode() == Rnn.Mode.TANH ? new TanhCell() : new ReluCell();
  }

  /** Long short-term memory: gates i f g o, states h c. */
  record LstmCell() implements RecurrentCell {
    @Override
    public void step(RecurrentTile tile, int count) {
      sigmoid(tile.input[0], tile.gates[0], count);
      sigmoid(tile.input[1], tile.gates[1], count);
      tanh(tile.input[2], tile.gates[2], count);
      sigmoid(tile.input[3], tile.gates[3], count);
      memory(tile.gates, tile.before[1], tile.after[1], count);
      output(tile.gates[3], tile.after[1], tile.after[0], count);
    }

    private static void memory(float[][] gates, float[] before, float[] after, int count) {
      float[] i = gates[0];
      float[] f = gates[1];
      float[] g = gates[2];
      for (int e = 0; e < count; e++) {
        after[e] = Math.fma(f[e], before[e], i[e] * g[e]);
      }
    }

    private static void output(float[] o, float[] c, float[] h, int count) {
      for (int e = 0; e < count; e++) {
        h[e] = o[e] * Squash.tanh(c[e]);
      }
    }

    @Override
    public void back(RecurrentTile tile, int count) {
      float[] i = tile.gates[0];
      float[] f = tile.gates[1];
      float[] g = tile.gates[2];
      float[] o = tile.gates[3];
      float[] gradH = tile.gradStates[0];
      float[] gradC = tile.gradStates[1];
      float[][] grad = tile.gradInput;
      tanh(tile.after[1], tile.squashed, count);
      sigmoidBack(gradH, tile.squashed, o, grad[3], count);
      throughOutput(gradH, tile.squashed, o, gradC, count);
      sigmoidBack(gradC, g, i, grad[0], count);
      sigmoidBack(gradC, tile.before[1], f, grad[1], count);
      tanhBack(gradC, i, g, grad[2], count);
      multiply(gradC, f, count);
      Arrays.fill(gradH, 0, count, 0);
    }

    private static void throughOutput(
        float[] gradH, float[] squashed, float[] o, float[] gradC, int count) {
      for (int e = 0; e < count; e++) {
        gradC[e] += gradH[e] * o[e] * (1 - squashed[e] * squashed[e]);
      }
    }

    @Override
    public boolean addsProducts() {
      return true;
    }
  }

  /** Gated recurrent units: gates r z n, saved with the part of n that r multiplies; state h. */
  record GruCell() implements RecurrentCell {
    @Override
    public void step(RecurrentTile tile, int count) {
      add(tile.input[0], tile.recurrent[0], count);
      add(tile.input[1], tile.recurrent[1], count);
      sigmoid(tile.input[0], tile.gates[0], count);
      sigmoid(tile.input[1], tile.gates[1], count);
      System.arraycopy(tile.recurrent[2], 0, tile.gates[3], 0, count);
      candidate(tile.gates[0], tile.input[2], tile.recurrent[2], tile.gates[2], count);
      mix(tile.gates[1], tile.gates[2], tile.before[0], tile.after[0], count);
    }

    private static void candidate(
        float[] r, float[] input, float[] recurrent, float[] n, int count) {
      for (int e = 0; e < count; e++) {
        n[e] = Squash.tanh(Math.fma(r[e], recurrent[e], input[e]));
      }
    }

    private static void mix(float[] z, float[] n, float[] before, float[] after, int count) {
      for (int e = 0; e < count; e++) {
        after[e] = (1 - z[e]) * n[e] + z[e] * before[e];
      }
    }

    @Override
    public void back(RecurrentTile tile, int count) {
      float[] r = tile.gates[0];
      float[] z = tile.gates[1];
      float[] n = tile.gates[2];
      float[] gradH = tile.gradStates[0];
      float[][] grad = tile.gradInput;
      throughCandidate(gradH, z, n, grad[2], count);
      sigmoidBack(grad[2], tile.gates[3], r, grad[0], count);
      throughReset(grad[2], r, tile.gradRecurrent[2], count);
      throughUpdate(tile.before[0], n, gradH, z, grad[1], count);
      multiply(gradH, z, count);
    }

    private static void throughCandidate(
        float[] gradH, float[] z, float[] n, float[] gradN, int count) {
      for (int e = 0; e < count; e++) {
        gradN[e] = gradH[e] * (1 - z[e]) * (1 - n[e] * n[e]);
      }
    }

    private static void throughReset(float[] gradN, float[] r, float[] gradRecurrent, int count) {
      for (int e = 0; e < count; e++) {
        gradRecurrent[e] = gradN[e] * r[e];
      }
    }

    private static void throughUpdate(
        float[] before, float[] n, float[] gradH, float[] z, float[] gradZ, int count) {
      for (int e = 0; e < count; e++) {
        gradZ[e] = gradH[e] * (before[e] - n[e]) * z[e] * (1 - z[e]);
      }
    }

    @Override
    public boolean addsProducts() {
      return false;
    }
  }

  /** The plain recurrent network with tanh: state h, nothing else. */
  record TanhCell() implements RecurrentCell {
    @Override
    public void step(RecurrentTile tile, int count) {
      tanh(tile.input[0], tile.after[0], count);
    }

    @Override
    public void back(RecurrentTile tile, int count) {
      through(tile.after[0], tile.gradStates[0], tile.gradInput[0], count);
    }

    private static void through(float[] h, float[] gradH, float[] grad, int count) {
      for (int e = 0; e < count; e++) {
        grad[e] = gradH[e] * (1 - h[e] * h[e]);
      }
      Arrays.fill(gradH, 0, count, 0);
    }

    @Override
    public boolean addsProducts() {
      return true;
    }
  }

  /** The plain recurrent network with ReLU. */
  record ReluCell() implements RecurrentCell {
    @Override
    public void step(RecurrentTile tile, int count) {
      rectify(tile.input[0], tile.after[0], count);
    }

    private static void rectify(float[] x, float[] y, int count) {
      for (int e = 0; e < count; e++) {
        y[e] = Math.max(x[e], 0);
      }
    }

    @Override
    public void back(RecurrentTile tile, int count) {
      through(tile.after[0], tile.gradStates[0], tile.gradInput[0], count);
    }

    private static void through(float[] h, float[] gradH, float[] grad, int count) {
      for (int e = 0; e < count; e++) {
        grad[e] = h[e] > 0 ? gradH[e] : 0;
      }
      Arrays.fill(gradH, 0, count, 0);
    }

    @Override
    public boolean addsProducts() {
      return true;
    }
  }

  private static void add(float[] y, float[] x, int count) {
    for (int e = 0; e < count; e++) {
      y[e] += x[e];
    }
  }

  private static void sigmoid(float[] x, float[] y, int count) {
    for (int e = 0; e < count; e++) {
      y[e] = Squash.sigmoid(x[e]);
    }
  }

  private static void tanh(float[] x, float[] y, int count) {
    for (int e = 0; e < count; e++) {
      y[e] = Squash.tanh(x[e]);
    }
  }

  /** grad = gradProduct factor sigmoid'(x), for y = sigmoid(x) that is multiplied by a factor. */
  private static void sigmoidBack(
      float[] gradProduct, float[] factor, float[] y, float[] grad, int count) {
    for (int e = 0; e < count; e++) {
      grad[e] = gradProduct[e] * factor[e] * y[e] * (1 - y[e]);
    }
  }

  /** grad = gradProduct factor tanh'(x), for y = tanh(x) that is multiplied by a factor. */
  private static void tanhBack(
      float[] gradProduct, float[] factor, float[] y, float[] grad, int count) {
    for (int e = 0; e < count; e++) {
      grad[e] = gradProduct[e] * factor[e] * (1 - y[e] * y[e]);
    }
  }

  private static void multiply(float[] y, float[] factor, int count) {
    for (int e = 0; e < count; e++) {
      y[e] *= factor[e];
    }
  }
}
