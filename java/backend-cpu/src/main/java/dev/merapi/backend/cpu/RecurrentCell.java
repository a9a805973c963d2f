package dev.merapi.backend.cpu;

import dev.merapi.core.op.recurrent.Gru;
import dev.merapi.core.op.recurrent.Lstm;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.op.recurrent.Rnn;
import java.util.Arrays;

/** A recurrent step from the matrix products on, forward and backward, for the rows of a tile. */
interface RecurrentCell {
  /** The states after the step, and the gates, from the products and the states before it. */
  void step(RecurrentTile tile, int count);

  /**
   * The gradients by the products, and those by the states before the step but for what goes
   * through the product with h.
   */
  void back(RecurrentTile tile, int count);

  /** Whether the gradients by both products are the same. */
  boolean gradientsAgree();

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
      for (int gate = 0; gate < 4; gate++) {
        if (gate == 2) {
          tanh(tile.input[gate], tile.recurrent[gate], tile.gates[gate], count);
        } else {
          sigmoid(tile.input[gate], tile.recurrent[gate], tile.gates[gate], count);
        }
      }
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
      float[] gradH = tile.gradStates[0];
      float[] gradC = tile.gradStates[1];
      float[][] grad = tile.gradInput;
      throughOutput(tile.gates[3], tile.after[1], tile.gradStates, grad[3], count);
      throughInput(tile.gates[0], tile.gates[2], gradC, grad, count);
      throughMemory(tile.gates[1], tile.before[1], gradC, grad[1], count);
      Arrays.fill(gradH, 0, count, 0);
    }

    private static void throughOutput(
        float[] o, float[] c, float[][] gradStates, float[] gradO, int count) {
      float[] gradH = gradStates[0];
      float[] gradC = gradStates[1];
      for (int e = 0; e < count; e++) {
        float squashed = Squash.tanh(c[e]);
        float grad = gradH[e] * o[e];
        gradO[e] = grad * squashed * (1 - o[e]);
        gradC[e] += grad * (1 - squashed * squashed);
      }
    }

    private static void throughInput(
        float[] i, float[] g, float[] gradC, float[][] grad, int count) {
      float[] gradI = grad[0];
      float[] gradG = grad[2];
      for (int e = 0; e < count; e++) {
        float both = gradC[e] * i[e];
        gradI[e] = both * g[e] * (1 - i[e]);
        gradG[e] = both * (1 - g[e] * g[e]);
      }
    }

    private static void throughMemory(
        float[] f, float[] before, float[] gradC, float[] gradF, int count) {
      for (int e = 0; e < count; e++) {
        float kept = gradC[e] * f[e];
        gradF[e] = kept * before[e] * (1 - f[e]);
        gradC[e] = kept;
      }
    }

    @Override
    public boolean gradientsAgree() {
      return true;
    }
  }

  /** Gated recurrent units: gates r z n, saved with the part of n that r multiplies; state h. */
  record GruCell() implements RecurrentCell {
    @Override
    public void step(RecurrentTile tile, int count) {
      sigmoid(tile.input[0], tile.recurrent[0], tile.gates[0], count);
      sigmoid(tile.input[1], tile.recurrent[1], tile.gates[1], count);
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
      float[] z = tile.gates[1];
      float[] n = tile.gates[2];
      float[] gradH = tile.gradStates[0];
      float[][] grad = tile.gradInput;
      throughCandidate(z, n, gradH, grad[2], count);
      throughReset(tile.gates[0], tile.gates[3], grad, tile.gradRecurrent[2], count);
      throughUpdate(z, n, tile.before[0], gradH, grad[1], count);
    }

    private static void throughCandidate(
        float[] z, float[] n, float[] gradH, float[] gradN, int count) {
      for (int e = 0; e < count; e++) {
        gradN[e] = gradH[e] * (1 - z[e]) * (1 - n[e] * n[e]);
      }
    }

    private static void throughReset(
        float[] r, float[] recurrent, float[][] grad, float[] gradRecurrent, int count) {
      float[] gradR = grad[0];
      float[] gradN = grad[2];
      for (int e = 0; e < count; e++) {
        float through = gradN[e] * r[e];
        gradR[e] = through * recurrent[e] * (1 - r[e]);
        gradRecurrent[e] = through;
      }
    }

    private static void throughUpdate(
        float[] z, float[] n, float[] before, float[] gradH, float[] gradZ, int count) {
      for (int e = 0; e < count; e++) {
        float kept = gradH[e] * z[e];
        gradZ[e] = kept * (before[e] - n[e]) * (1 - z[e]);
        gradH[e] = kept;
      }
    }

    @Override
    public boolean gradientsAgree() {
      return false;
    }
  }

  /** The plain recurrent network with tanh: state h, nothing else. */
  record TanhCell() implements RecurrentCell {
    @Override
    public void step(RecurrentTile tile, int count) {
      tanh(tile.input[0], tile.recurrent[0], tile.after[0], count);
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
    public boolean gradientsAgree() {
      return true;
    }
  }

  /** The plain recurrent network with ReLU. */
  record ReluCell() implements RecurrentCell {
    @Override
    public void step(RecurrentTile tile, int count) {
      rectify(tile.input[0], tile.recurrent[0], tile.after[0], count);
    }

    private static void rectify(float[] a, float[] b, float[] y, int count) {
      for (int e = 0; e < count; e++) {
        y[e] = Math.max(a[e] + b[e], 0);
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
    public boolean gradientsAgree() {
      return true;
    }
  }

  private static void sigmoid(float[] a, float[] b, float[] y, int count) {
    for (int e = 0; e < count; e++) {
      y[e] = Squash.sigmoid(a[e] + b[e]);
    }
  }

  private static void tanh(float[] a, float[] b, float[] y, int count) {
    for (int e = 0; e < count; e++) {
      y[e] = Squash.tanh(a[e] + b[e]);
    }
  }
}
