package dev.merapi.backend.cpu;

import dev.merapi.core.op.recurrent.PackedWeights;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.BytePointer;

/**
 * Back-propagates through a recurrent stack: one product for each step, then products of whole
 * sequences for the weights and for the sequence.
 */
final class RecurrentBackward extends RecurrentKernel {
  private final boolean wantsX;

  /** Products of the first layer and of the others. */
  private final MatrixProduct[] weightIh = new MatrixProduct[2];

  /** The same, and whether they are added to those of the other direction. */
  private final MatrixProduct[][] sequence = new MatrixProduct[2][2];

  private final MatrixProduct weightHh;
  private final MatrixProduct through;

  /** Places in the workspace: of whole sequences, but for the gradients by the states. */
  private final int gradInput;

  private final int gradRecurrent;
  private final int before;
  private final int joined;
  private final int[] gradSequences = new int[2];
  private final int[] gradStates;

  private final Pass[] passes;
  private CpuBuffer[] in;
  private CpuBuffer[] out;
  private CpuBuffer workspace;
  private BytePointer gradStep;

  /** The current step. */
  private int pass;

  private int time;

  /**
   * What is done in a layer and direction.
   *
   * @param sequence null when nobody wants it
   * @param biases where the biases' gradients begin in the weight's
   */
  private record Pass(
      MatrixProduct.Bound through,
      MatrixProduct.Bound weightIh,
      MatrixProduct.Bound weightHh,
      MatrixProduct.Bound sequence,
      int biases) {}

  RecurrentBackward(RecurrentSizes sizes, boolean wantsX, Engine engine) {
    super(sizes, engine);
    this.wantsX = wantsX;
    int columns = sizes.columns();
    int hidden = sizes.hidden();
    int places = sizes.places();
    memory.desc gradient = MatrixProduct.dense(places, columns);
    memory.desc transposed = MatrixProduct.transposed(columns, places);
    for (int layer = 0; layer < Math.min(2, sizes.layers()); layer++) {
      int features = sizes.weights().in(layer);
      memory.desc x = MatrixProduct.dense(places, features);
      memory.desc weight = MatrixProduct.dense(columns, features);
      weightIh[layer] = withScratch(MatrixProduct.of(dnnl, transposed, x, weight));
      sequence[layer][0] = withScratch(MatrixProduct.of(dnnl, gradient, weight, x));
      if (sizes.directions() == 2) {
        sequence[layer][1] = withScratch(MatrixProduct.added(dnnl, gradient, weight, x));
      }
    }
    memory.desc weight = MatrixProduct.dense(columns, hidden);
    memory.desc states = MatrixProduct.dense(places, hidden);
    weightHh = withScratch(MatrixProduct.of(dnnl, transposed, states, weight));
    memory.desc stepGradient = MatrixProduct.dense(sizes.batch(), columns);
    memory.desc state = MatrixProduct.dense(sizes.batch(), hidden);
    through = withScratch(MatrixProduct.added(dnnl, stepGradient, weight, state));
    gradInput = reserve(places * columns);
    gradRecurrent = cell.addsProducts() ? gradInput : reserve(places * columns);
    before = reserve(places * hidden);
    joined = sizes.directions() == 2 && sizes.layers() > 1 ? reserve(places * sizes.width()) : 0;
    for (int i = 0; i < Math.min(2, sizes.layers() - 1); i++) {
      gradSequences[i] = reserve(places * sizes.width());
    }
    gradStates = new int[sizes.states()];
    for (int s = 0; s < gradStates.length; s++) {
      gradStates[s] = reserve(sizes.state());
    }
    passes = new Pass[sizes.passes()];
  }

  @Override
  String variant() {
    return through.implementation();
  }

  @Override
  void bind(CpuBuffer[] inputs, CpuBuffer[] outputs, CpuBuffer workspace) {
    in = inputs;
    out = outputs;
    this.workspace = workspace;
    gradStep = at(workspace, gradRecurrent);
    for (int p = 0; p < passes.length; p++) {
      passes[p] = bind(p / sizes.directions(), p % sizes.directions());
    }
  }

  private Pass bind(int layer, int direction) {
    PackedWeights weights = sizes.weights();
    int ih = weights.weightIh(layer, direction).offset();
    int hh = weights.weightHh(layer, direction).offset();
    BytePointer gradient = at(workspace, gradInput);
    BytePointer gradX = gradX(layer);
    int kind = Math.min(1, layer);
    return new Pass(
        bind(through, gradStep, at(weight(), hh), at(workspace, gradStates[0])),
        bind(weightIh[kind], gradient, sequence(layer), at(gradWeight(), ih)),
        bind(weightHh, at(workspace, gradRecurrent), at(workspace, before), at(gradWeight(), hh)),
        gradX == null ? null : bind(sequence[kind][direction], gradient, at(weight(), ih), gradX),
        weights.biasIh(layer, direction).offset());
  }

  private MatrixProduct.Bound bind(
      MatrixProduct product, BytePointer a, BytePointer b, BytePointer c) {
    return keep(product.bind(new MatrixProduct.Places(a, b, null, c, scratch(workspace))));
  }

  /** The sequence that a layer has read. */
  private BytePointer sequence(int layer) {
    if (layer == 0) {
      return at(in[1 + sizes.states()], 0);
    }
    return sizes.directions() == 1
        ? at(saved(0), sizes.saved(layer - 1, 0, 1))
        : at(workspace, joined);
  }

  /** Where the gradient by this sequence goes; null for nowhere. */
  private BytePointer gradX(int layer) {
    if (layer > 0) {
      return at(workspace, gradSequences[(layer - 1) % 2]);
    }
    return wantsX ? at(out[0], 0) : null;
  }

  private CpuBuffer weight() {
    return in[2 + sizes.states()];
  }

  private CpuBuffer initial(int state) {
    return in[3 + sizes.states() + state];
  }

  private CpuBuffer gates() {
    return in[3 + 2 * sizes.states()];
  }

  private CpuBuffer saved(int state) {
    return in[in.length - sizes.states() + state];
  }

  private CpuBuffer gradWeight() {
    return out[wantsX ? 1 : 0];
  }

  private CpuBuffer gradInitial(int state) {
    return out[(wantsX ? 2 : 1) + state];
  }

  @Override
  void run() {
    for (int layer = sizes.layers() - 1; layer >= 0; layer--) {
      if (sizes.directions() == 2 && layer > 0) {
        join(layer - 1);
      }
      for (int direction = 0; direction < sizes.directions(); direction++) {
        pass = layer * sizes.directions() + direction;
        goBack();
        Pass current = passes[pass];
        current.weightIh.run();
        current.weightHh.run();
        if (current.sequence != null) {
          current.sequence.run();
        }
        storeBiases(current.biases);
        for (int s = 0; s < sizes.states(); s++) {
          int size = sizes.state();
          gradInitial(s).copy(pass * size, workspace, gradStates[s], size);
        }
      }
    }
  }

  /** What both directions of a layer wrote, side by side. */
  private void join(int layer) {
    RecurrentTile tile = tiles[0];
    int hidden = sizes.hidden();
    for (int direction = 0; direction < 2; direction++) {
      int from = sizes.saved(layer * 2 + direction, 0, 1);
      int to = joined + direction * hidden;
      for (int row = 0; row < sizes.places(); row += sizes.tileRows()) {
        int rows = Math.min(sizes.tileRows(), sizes.places() - row);
        tile.load(saved(0), from + row * hidden, hidden, rows, tile.after[0]);
        tile.store(tile.after[0], rows, workspace, to + row * sizes.width(), sizes.width());
      }
    }
  }

  private void goBack() {
    for (RecurrentTile tile : tiles) {
      tile.gradBiasInput.clear();
      tile.gradBiasRecurrent.clear();
    }
    int stepElements = sizes.batch() * sizes.columns();
    for (time = sizes.steps() - 1; time >= 0; time--) {
      step();
      for (RecurrentTile tile : tiles) {
        tile.gradBiasInput.endStep();
        tile.gradBiasRecurrent.endStep();
      }
      long place = sizes.place(pass % sizes.directions(), time);
      passes[pass].through.run(gradStep.position(Float.BYTES * place * stepElements));
    }
  }

  @Override
  void step(RecurrentTile tile, int first, int rows) {
    int hidden = sizes.hidden();
    int direction = pass % sizes.directions();
    int place = sizes.place(direction, time);
    int row = place * sizes.batch() + first;
    load(tile, direction, place, first, rows);
    cell.back(tile, rows * hidden);
    tile.store(tile.gradInput, rows, workspace, gradInput + row * sizes.columns());
    tile.gradBiasInput.add(tile.gradInput, rows);
    if (!cell.addsProducts()) {
      tile.store(tile.gradRecurrent, rows, workspace, gradRecurrent + row * sizes.columns());
      tile.gradBiasRecurrent.add(tile.gradRecurrent, rows);
    }
    tile.store(tile.before[0], rows, workspace, before + row * hidden, hidden);
    for (int s = 0; s < sizes.states(); s++) {
      tile.store(tile.gradStates[s], rows, workspace, gradStates[s] + first * hidden, hidden);
    }
  }

  private void load(RecurrentTile tile, int direction, int place, int first, int rows) {
    int hidden = sizes.hidden();
    int blocks = sizes.savedGates();
    if (blocks > 0) {
      int start = sizes.saved(pass, place, blocks) + first * blocks * hidden;
      tile.load(gates(), start, rows, tile.gates);
    }
    for (int s = 0; s < sizes.states(); s++) {
      int after = sizes.saved(pass, place, 1) + first * hidden;
      tile.load(saved(s), after, hidden, rows, tile.after[s]);
      if (time == 0) {
        int start = pass * sizes.state() + first * hidden;
        tile.load(initial(s), start, hidden, rows, tile.before[s]);
      } else {
        int start = sizes.saved(pass, sizes.place(direction, time - 1), 1) + first * hidden;
        tile.load(saved(s), start, hidden, rows, tile.before[s]);
      }
      boolean last = time == sizes.steps() - 1;
      int start = (last ? pass * sizes.state() : gradStates[s]) + first * hidden;
      tile.load(last ? in[1 + s] : workspace, start, hidden, rows, tile.gradStates[s]);
    }
    addGradY(tile, direction, place * sizes.batch() + first, rows);
  }

  /** Adds the gradient by what the layer wrote to that by the state. */
  private void addGradY(RecurrentTile tile, int direction, int row, int rows) {
    int layer = pass / sizes.directions();
    boolean top = layer == sizes.layers() - 1;
    int start = (top ? 0 : gradSequences[layer % 2]) + row * sizes.width();
    tile.load(
        top ? in[0] : workspace,
        start + direction * sizes.hidden(),
        sizes.width(),
        rows,
        tile.gradY);
    float[] gradH = tile.gradStates[0];
    for (int e = 0; e < rows * sizes.hidden(); e++) {
      gradH[e] += tile.gradY[e];
    }
  }

  private void storeBiases(int start) {
    for (int i = 1; i < tiles.length; i++) {
      tiles[0].gradBiasInput.add(tiles[i].gradBiasInput);
      tiles[0].gradBiasRecurrent.add(tiles[i].gradBiasRecurrent);
    }
    float[][] input = tiles[0].gradBiasInput.totals();
    float[][] recurrent = cell.addsProducts() ? input : tiles[0].gradBiasRecurrent.totals();
    tiles[0].store(input, 1, gradWeight(), start);
    tiles[0].store(recurrent, 1, gradWeight(), start + sizes.columns());
  }
}
