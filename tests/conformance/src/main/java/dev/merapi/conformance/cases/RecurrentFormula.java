package dev.merapi.conformance.cases;

import dev.merapi.conformance.NdArray;
import dev.merapi.core.op.recurrent.Gru;
import dev.merapi.core.op.recurrent.Lstm;
import dev.merapi.core.op.recurrent.RecurrentStack;
import dev.merapi.core.op.recurrent.Rnn;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A recurrent stack as PyTorch's documentation writes it, element by element, on numbers that carry
 * a derivative. The weight is taken from the vector in the order in which PyTorch lists parameters.
 */
final class RecurrentFormula {
  private final RecurrentStack stack;
  private final int steps;
  private final int batch;
  private final int hidden;
  private final int directions;
  private final int states;
  private final Dual[][] in;
  private final Dual[][] out;
  private int nextWeight;

  /** The weight's rows of one direction of one layer: weightIh, weightHh, biasIh, biasHh. */
  private record Rows(Dual[][] ih, Dual[][] hh, Dual[] biasIh, Dual[] biasHh) {}

  /** Computes all outputs of inputs (x, weight, initial states). */
  private RecurrentFormula(RecurrentStack stack, Shape x, Dual[][] in, List<Shape> outputs) {
    this.stack = stack;
    this.in = in;
    steps = x.dim(0);
    batch = x.dim(1);
    hidden = stack.hidden();
    directions = stack.directions();
    states = in.length - 2;
    out = outputs.stream().map(shape -> new Dual[shape.elements()]).toArray(Dual[][]::new);
    compute(x.dim(2));
  }

  /** The op's outputs. */
  static List<NdArray> outputs(RecurrentStack stack, List<NdArray> in, List<Shape> shapes) {
    Dual[][] numbers = in.stream().map(a -> duals(a.values(), -1)).toArray(Dual[][]::new);
    Dual[][] out = new RecurrentFormula(stack, in.get(0).shape(), numbers, shapes).out;
    List<NdArray> arrays = new ArrayList<>();
    for (int i = 0; i < out.length; i++) {
      double[] values = Arrays.stream(out[i]).mapToDouble(Dual::value).toArray();
      arrays.add(NdArray.of(shapes.get(i), values));
    }
    return arrays;
  }

  /** The gradients by all inputs, from the gradients by the first outputs. */
  static List<NdArray> gradients(
      RecurrentStack stack, List<NdArray> gradOutputs, List<NdArray> in, List<Shape> shapes) {
    List<NdArray> gradients = new ArrayList<>();
    for (int input = 0; input < in.size(); input++) {
      double[] gradient = new double[in.get(input).values().length];
      for (int i = 0; i < gradient.length; i++) {
        Dual[][] numbers = new Dual[in.size()][];
        for (int j = 0; j < numbers.length; j++) {
          numbers[j] = duals(in.get(j).values(), j == input ? i : -1);
        }
        Dual[][] out = new RecurrentFormula(stack, in.get(0).shape(), numbers, shapes).out;
        for (int k = 0; k < gradOutputs.size(); k++) {
          for (int e = 0; e < out[k].length; e++) {
            gradient[i] += gradOutputs.get(k).values()[e] * out[k][e].slope();
          }
        }
      }
      gradients.add(NdArray.of(in.get(input).shape(), gradient));
    }
    return gradients;
  }

  private static Dual[] duals(double[] values, int variable) {
    Dual[] duals = new Dual[values.length];
    for (int i = 0; i < duals.length; i++) {
      duals[i] = new Dual(values[i], i == variable ? 1 : 0);
    }
    return duals;
  }

  private void compute(int features) {
    Dual[][][] sequence = new Dual[steps][batch][];
    for (int t = 0; t < steps; t++) {
      for (int n = 0; n < batch; n++) {
        int start = (t * batch + n) * features;
        sequence[t][n] = Arrays.copyOfRange(in[0], start, start + features);
      }
    }
    for (int layer = 0; layer < stack.layers(); layer++) {
      Dual[][][] written = new Dual[steps][batch][directions * hidden];
      for (int direction = 0; direction < directions; direction++) {
        Rows rows = rows(sequence[0][0].length);
        for (int n = 0; n < batch; n++) {
          sample(sequence, written, rows, layer * directions + direction, n);
        }
      }
      sequence = written;
    }
    out[0] =
        Arrays.stream(sequence)
            .flatMap(Arrays::stream)
            .flatMap(Arrays::stream)
            .toArray(Dual[]::new);
  }

  private Rows rows(int features) {
    int count = (stack instanceof Lstm ? 4 : stack instanceof Gru ? 3 : 1) * hidden;
    Dual[][] ih = new Dual[count][];
    Dual[][] hh = new Dual[count][];
    for (int row = 0; row < count; row++) {
      ih[row] = take(features);
    }
    for (int row = 0; row < count; row++) {
      hh[row] = take(hidden);
    }
    return new Rows(ih, hh, take(count), take(count));
  }

  private Dual[] take(int count) {
    nextWeight += count;
    return Arrays.copyOfRange(in[1], nextWeight - count, nextWeight);
  }

  private void sample(Dual[][][] read, Dual[][][] written, Rows rows, int row, int n) {
    Dual[][] state = new Dual[states][];
    int start = (row * batch + n) * hidden;
    for (int s = 0; s < states; s++) {
      state[s] = Arrays.copyOfRange(in[2 + s], start, start + hidden);
    }
    boolean backward = row % directions == 1;
    for (int i = 0; i < steps; i++) {
      int t = backward ? steps - 1 - i : i;
      Dual[][] gates = step(rows, read[t][n], state);
      int place = (row * steps + t) * batch + n;
      for (int g = 0; g < gates.length; g++) {
        put(gates[g], out[1 + states], (place * gates.length + g) * hidden);
      }
      for (int s = 0; s < states; s++) {
        put(state[s], out[out.length - states + s], place * hidden);
      }
      put(state[0], written[t][n], row % directions * hidden);
    }
    for (int s = 0; s < states; s++) {
      put(state[s], out[1 + s], start);
    }
  }

  private static void put(Dual[] from, Dual[] to, int start) {
    System.arraycopy(from, 0, to, start, from.length);
  }

  /** Replaces the state; gives the values of the gates. */
  private Dual[][] step(Rows rows, Dual[] x, Dual[][] state) {
    Dual[] h = state[0].clone();
    boolean lstm = stack instanceof Lstm;
    Dual[][] gates = new Dual[stack instanceof Rnn ? 0 : 4][hidden];
    for (int j = 0; j < hidden; j++) {
      if (stack instanceof Rnn rnn) {
        Dual sum = both(rows, j, x, h);
        state[0][j] = rnn.mode() == Rnn.Mode.TANH ? sum.tanh() : sum.relu();
      } else if (lstm) {
        gates[0][j] = both(rows, j, x, h).sigmoid();
        gates[1][j] = both(rows, hidden + j, x, h).sigmoid();
        gates[2][j] = both(rows, 2 * hidden + j, x, h).tanh();
        gates[3][j] = both(rows, 3 * hidden + j, x, h).sigmoid();
        state[1][j] = gates[1][j].times(state[1][j]).plus(gates[0][j].times(gates[2][j]));
        state[0][j] = gates[3][j].times(state[1][j].tanh());
      } else {
        int k = 2 * hidden + j;
        gates[0][j] = both(rows, j, x, h).sigmoid();
        gates[1][j] = both(rows, hidden + j, x, h).sigmoid();
        gates[3][j] = dot(rows.hh[k], h).plus(rows.biasHh[k]);
        Dual fromInput = dot(rows.ih[k], x).plus(rows.biasIh[k]);
        gates[2][j] = fromInput.plus(gates[0][j].times(gates[3][j])).tanh();
        state[0][j] = gates[2][j].plus(gates[1][j].times(h[j].minus(gates[2][j])));
      }
    }
    return gates;
  }

  private static Dual both(Rows rows, int row, Dual[] x, Dual[] h) {
    Dual fromInput = dot(rows.ih[row], x).plus(rows.biasIh[row]);
    return fromInput.plus(dot(rows.hh[row], h)).plus(rows.biasHh[row]);
  }

  private static Dual dot(Dual[] a, Dual[] b) {
    Dual sum = Dual.ZERO;
    for (int i = 0; i < a.length; i++) {
      sum = sum.plus(a[i].times(b[i]));
    }
    return sum;
  }
}
