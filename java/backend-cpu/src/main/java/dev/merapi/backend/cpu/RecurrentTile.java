package dev.merapi.backend.cpu;

import java.util.Arrays;

/**
 * Some rows of a recurrent step, in arrays that stay in cache: for each gate or state of a cell an
 * array of {@code rows * hidden} elements.
 */
final class RecurrentTile {
  final int hidden;

  /** weightIh x + biasIh, and perhaps {@link #recurrent} added to it, for each gate. */
  final float[][] input;

  /** weightHh h + biasHh, for each gate. */
  final float[][] recurrent;

  /** What is saved besides the states. */
  final float[][] gates;

  /** The states before the step. */
  final float[][] before;

  /** The states after it. */
  final float[][] after;

  /** For the functions of a state. */
  final float[] squashed;

  /** The gradients by the states after the step, then by those before it. */
  final float[][] gradStates;

  /** The gradient by what the step wrote. */
  final float[] gradY;

  /** The gradients by {@link #input}. */
  final float[][] gradInput;

  /** The gradients by {@link #recurrent}: the same arrays where they are the same gradients. */
  final float[][] gradRecurrent;

  /** The sums of {@link #gradInput} over rows, for each gate. */
  final ColumnSums gradBiasInput;

  final ColumnSums gradBiasRecurrent;

  RecurrentTile(RecurrentSizes sizes, RecurrentCell cell) {
    hidden = sizes.hidden();
    int elements = sizes.tileRows() * hidden;
    input = new float[sizes.gates()][elements];
    recurrent = new float[sizes.gates()][elements];
    gates = new float[sizes.savedGates()][elements];
    before = new float[sizes.states()][elements];
    after = new float[sizes.states()][elements];
    gradStates = new float[sizes.states()][elements];
    squashed = new float[elements];
    gradY = new float[elements];
    gradInput = new float[sizes.gates()][elements];
    gradRecurrent = gradInput.clone();
    if (!cell.addsProducts()) {
      int last = sizes.gates() - 1;
      gradRecurrent[last] = new float[elements];
    }
    gradBiasInput = new ColumnSums(sizes.gates(), hidden);
    gradBiasRecurrent = new ColumnSums(sizes.gates(), hidden);
  }

  /** Reads {@code hidden} elements of each of some rows, which lie {@code stride} apart. */
  void load(CpuBuffer from, int start, int stride, int rows, float[] to) {
    if (stride == hidden) {
      from.load(start, rows * hidden, to);
    } else {
      for (int row = 0; row < rows; row++) {
        from.load(start + row * stride, hidden, to, row * hidden);
      }
    }
  }

  /** Reads neighbouring blocks of {@code hidden} elements of some rows into one array each. */
  void load(CpuBuffer from, int start, int rows, float[][] blocks) {
    int at = start;
    for (int row = 0; row < rows; row++) {
      for (float[] block : blocks) {
        from.load(at, hidden, block, row * hidden);
        at += hidden;
      }
    }
  }

  /** Writes {@code hidden} elements of each of some rows, which lie {@code stride} apart. */
  void store(float[] from, int rows, CpuBuffer to, int start, int stride) {
    if (stride == hidden) {
      to.store(start, rows * hidden, from);
    } else {
      for (int row = 0; row < rows; row++) {
        to.store(start + row * stride, hidden, from, row * hidden);
      }
    }
  }

  /** Writes some rows of arrays as neighbouring blocks. */
  void store(float[][] blocks, int rows, CpuBuffer to, int start) {
    int at = start;
    for (int row = 0; row < rows; row++) {
      for (float[] block : blocks) {
        to.store(at, hidden, block, row * hidden);
        at += hidden;
      }
    }
  }

  /** Sums of rows over all steps; those of a step first, so that long sequences stay exact. */
  static final class ColumnSums {
    private final float[][] step;
    private final float[][] total;

    private ColumnSums(int blocks, int hidden) {
      step = new float[blocks][hidden];
      total = new float[blocks][hidden];
    }

    void clear() {
      for (float[] sums : total) {
        Arrays.fill(sums, 0);
      }
    }

    /** Adds some rows. */
    void add(float[][] blocks, int rows) {
      for (int block = 0; block < blocks.length; block++) {
        float[] sums = step[block];
        int row = 0;
        for (; row + 4 <= rows; row += 4) {
          addFour(blocks[block], row * sums.length, sums);
        }
        for (; row < rows; row++) {
          add(blocks[block], row * sums.length, sums);
        }
      }
    }

    /** Four rows at once: the sums are read and written once. */
    private static void addFour(float[] values, int start, float[] sums) {
      int hidden = sums.length;
      for (int i = 0; i < hidden; i++) {
        float two = values[start + i] + values[start + hidden + i];
        float others = values[start + 2 * hidden + i] + values[start + 3 * hidden + i];
        sums[i] += two + others;
      }
    }

    private static void add(float[] values, int start, float[] sums) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[start + i];
      }
    }

    /** Adds what was added since the last step to the totals. */
    void endStep() {
      for (int block = 0; block < step.length; block++) {
        add(step[block], 0, total[block]);
        Arrays.fill(step[block], 0);
      }
    }

    /** Adds another thread's sums. */
    void add(ColumnSums other) {
      for (int block = 0; block < total.length; block++) {
        add(other.total[block], 0, total[block]);
      }
    }

    /** The totals, for each gate. */
    float[][] totals() {
      return total;
    }
  }
}
