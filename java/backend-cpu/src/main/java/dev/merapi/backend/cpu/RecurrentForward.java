package dev.merapi.backend.cpu;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.javacpp.BytePointer;

/** Runs a recurrent stack: one product with the whole sequence, then one product for each step. */
final class RecurrentForward extends RecurrentKernel {
  /** From so many steps on, laying the weight out anew costs less than it saves. */
  private static final int WORTH_PACKING = 8;

  /** The products with the sequence, of the first layer and of the others. */
  private final MatrixProduct[] projections = new MatrixProduct[2];

  private final MatrixProduct recurrence;
  private final memory.desc weightHh;

  /** Lays that weight out as the product likes best; null when it stays as it is. */
  private final reorder.primitive_desc packing;

  /** Places in the workspace: of a whole sequence, and the product of one step. */
  private final int sums;

  private final int product;
  private final int packed;
  private final int[] sequences = new int[2];

  private final Pass[] passes;
  private CpuBuffer[] in;
  private CpuBuffer[] out;
  private CpuBuffer workspace;
  private BytePointer initialH;
  private BytePointer savedH;
  private BytePointer products;

  /** The current step. */
  private int pass;

  private int time;

  /** The primitives of a layer and direction. */
  private record Pass(
      MatrixProduct.Bound projection, BoundPrimitive packing, MatrixProduct.Bound recurrence) {}

  RecurrentForward(RecurrentSizes sizes, Engine engine) {
    super(sizes, engine);
    int columns = sizes.columns();
    memory.desc all = MatrixProduct.dense(sizes.places(), columns);
    for (int layer = 0; layer < Math.min(2, sizes.layers()); layer++) {
      int features = sizes.weights().in(layer);
      memory.desc x = MatrixProduct.dense(sizes.places(), features);
      memory.desc weightIh = MatrixProduct.transposed(features, columns);
      projections[layer] = withScratch(MatrixProduct.biased(dnnl, x, weightIh, all));
    }
    boolean packs = sizes.steps() >= WORTH_PACKING;
    weightHh = MatrixProduct.transposed(sizes.hidden(), columns);
    memory.desc h = MatrixProduct.dense(sizes.batch(), sizes.hidden());
    memory.desc weight = packs ? Dnnl.any(sizes.hidden(), columns) : weightHh;
    memory.desc step = MatrixProduct.dense(sizes.batch(), columns);
    recurrence =
        withScratch(
            cell.addsProducts()
                ? MatrixProduct.addedAndBiased(dnnl, h, weight, step)
                : MatrixProduct.biased(dnnl, h, weight, step));
    sums = reserve(sizes.places() * columns);
    product = cell.addsProducts() ? sums : reserve(sizes.batch() * columns);
    packed = packs ? reserve(recurrence.layoutOfB()) : 0;
    packing = packs ? packing() : null;
    for (int i = 0; i < Math.min(2, sizes.layers() - 1) && sizes.directions() == 2; i++) {
      sequences[i] = reserve(sizes.places() * sizes.width());
    }
    passes = new Pass[sizes.passes()];
  }

  private reorder.primitive_desc packing() {
    reorder.primitive_desc description =
        new reorder.primitive_desc(
            dnnl.engine(),
            weightHh,
            dnnl.engine(),
            recurrence.layoutOfB(),
            Dnnl.attributes(),
            false);
    needScratch(description.scratchpad_desc().get_size());
    return description;
  }

  @Override
  String variant() {
    return recurrence.implementation();
  }

  @Override
  void bind(CpuBuffer[] inputs, CpuBuffer[] outputs, CpuBuffer workspace) {
    in = inputs;
    out = outputs;
    this.workspace = workspace;
    initialH = at(in[2], 0);
    savedH = at(saved(0), 0);
    products = at(workspace, product);
    for (int p = 0; p < passes.length; p++) {
      passes[p] = bind(p / sizes.directions(), p % sizes.directions());
    }
  }

  private Pass bind(int layer, int direction) {
    BytePointer weight = at(in[1], sizes.weights().weightHh(layer, direction).offset());
    BytePointer laidOut = packing != null ? at(workspace, packed) : weight;
    var projected =
        new MatrixProduct.Places(
            sequence(layer),
            at(in[1], sizes.weights().weightIh(layer, direction).offset()),
            at(in[1], sizes.weights().biasIh(layer, direction).offset()),
            at(workspace, sums),
            scratch(workspace));
    var recurring =
        new MatrixProduct.Places(
            initialH,
            laidOut,
            at(in[1], sizes.weights().biasHh(layer, direction).offset()),
            products,
            scratch(workspace));
    return new Pass(
        keep(projections[Math.min(1, layer)].bind(projected)),
        packing != null ? keep(pack(weight, laidOut)) : null,
        keep(recurrence.bind(recurring)));
  }

  private BoundPrimitive pack(BytePointer weight, BytePointer laidOut) {
    BoundPrimitive pack = new BoundPrimitive(dnnl, new reorder(packing));
    pack.argument(DNNL_ARG_FROM, weightHh, weight);
    pack.argument(DNNL_ARG_TO, recurrence.layoutOfB(), laidOut);
    memory.desc needed = packing.scratchpad_desc();
    if (needed.get_size() > 0) {
      pack.argument(DNNL_ARG_SCRATCHPAD, needed, scratch(workspace));
    }
    return pack;
  }

  /** The sequence that a layer reads. */
  private BytePointer sequence(int layer) {
    if (layer == 0) {
      return at(in[0], 0);
    }
    return sizes.directions() == 1
        ? at(saved(0), sizes.saved(layer - 1, 0, 1))
        : at(workspace, sequences[(layer - 1) % 2]);
  }

  private CpuBuffer saved(int state) {
    return out[out.length - sizes.states() + state];
  }

  @Override
  void run() {
    for (pass = 0; pass < passes.length; pass++) {
      Pass current = passes[pass];
      current.projection.run();
      if (packing != null) {
        current.packing.run();
      }
      for (time = 0; time < sizes.steps(); time++) {
        current.recurrence.run(previousH(), result());
        step();
      }
      int last = sizes.place(direction(), sizes.steps() - 1);
      for (int s = 0; s < sizes.states(); s++) {
        out[1 + s].copy(pass * sizes.state(), saved(s), sizes.saved(pass, last, 1), sizes.state());
      }
    }
  }

  private int direction() {
    return pass % sizes.directions();
  }

  private BytePointer previousH() {
    return time == 0
        ? initialH.position((long) Float.BYTES * pass * sizes.state())
        : savedH.position((long) Float.BYTES * savedBefore());
  }

  /** Where the product with h goes: to a place of its own, or it is added to that with x. */
  private BytePointer result() {
    long row = cell.addsProducts() ? (long) sizes.place(direction(), time) * sizes.batch() : 0;
    return products.position(Float.BYTES * row * sizes.columns());
  }

  /** Where the states before the current step were saved. */
  private int savedBefore() {
    return sizes.saved(pass, sizes.place(direction(), time - 1), 1);
  }

  @Override
  void step(RecurrentTile tile, int first, int rows) {
    int hidden = sizes.hidden();
    int place = sizes.place(direction(), time);
    int row = place * sizes.batch() + first;
    tile.load(workspace, sums + row * sizes.columns(), rows, tile.input);
    if (!cell.addsProducts()) {
      tile.load(workspace, product + first * sizes.columns(), rows, tile.recurrent);
    }
    for (int s = 0; s < sizes.states(); s++) {
      CpuBuffer from = time == 0 ? in[2 + s] : saved(s);
      int start = time == 0 ? pass * sizes.state() : savedBefore();
      tile.load(from, start + first * hidden, hidden, rows, tile.before[s]);
    }
    cell.step(tile, rows * hidden);
    int blocks = sizes.savedGates();
    if (blocks > 0) {
      CpuBuffer gates = out[1 + sizes.states()];
      tile.store(
          tile.gates, rows, gates, sizes.saved(pass, place, blocks) + first * blocks * hidden);
    }
    for (int s = 0; s < sizes.states(); s++) {
      int start = sizes.saved(pass, place, 1) + first * hidden;
      tile.store(tile.after[s], rows, saved(s), start, hidden);
    }
    int layer = pass / sizes.directions();
    int side = row * sizes.width() + direction() * hidden;
    if (layer == sizes.layers() - 1) {
      tile.store(tile.after[0], rows, out[0], side, sizes.width());
    } else if (sizes.directions() == 2) {
      tile.store(tile.after[0], rows, workspace, sequences[layer % 2] + side, sizes.width());
    }
  }
}
