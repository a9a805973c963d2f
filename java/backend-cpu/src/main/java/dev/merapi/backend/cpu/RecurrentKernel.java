package dev.merapi.backend.cpu;

import dev.merapi.core.plan.MemoryPlanner;
import dev.merapi.core.plan.PhysicalType;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.BytePointer;

/**
 * What a recurrent stack and its gradient share. The products of whole sequences and those of
 * single steps are oneDNN's; what lies between two steps' products are loops over tiles of rows.
 */
abstract class RecurrentKernel extends CpuKernel {
  /**
   * The numbers in the gates of a step that make it worth sharing its loops. More than elsewhere:
   * OpenMP's threads still spin after the product before them.
   */
  static final int WORTH_SHARING = 1 << 18;

  final RecurrentSizes sizes;
  final RecurrentCell cell;
  final Dnnl dnnl;
  final RecurrentTile[] tiles;
  private final Workers workers;
  private final Workers.Parts step = this::step;
  private final List<AutoCloseable> bound = new ArrayList<>();
  private long workspaceBytes;
  private long scratchBytes;

  RecurrentKernel(RecurrentSizes sizes, Engine engine) {
    this.sizes = sizes;
    cell = RecurrentCell.of(sizes.stack());
    dnnl = engine.dnnl();
    workers = engine.workers();
    boolean shared = sizes.batch() * sizes.columns() >= WORTH_SHARING;
    tiles = new RecurrentTile[shared ? workers.count() : 1];
    for (int i = 0; i < tiles.length; i++) {
      tiles[i] = new RecurrentTile(sizes, cell);
    }
  }

  /** Runs the current step's tiles. */
  final void step() {
    if (tiles.length > 1) {
      workers.run(sizes.tiles(), step);
    } else {
      step(0, 0, sizes.tiles());
    }
  }

  private void step(int worker, int from, int to) {
    int rows = sizes.tileRows();
    for (int first = from * rows; first < Math.min(to * rows, sizes.batch()); first += rows) {
      step(tiles[worker], first, Math.min(rows, sizes.batch() - first));
    }
  }

  /** Runs some rows of the current step. */
  abstract void step(RecurrentTile tile, int first, int rows);

  /** Takes room for so many floats in the workspace; gives the place of the first. */
  final int reserve(int floats) {
    long at = workspaceBytes;
    workspaceBytes = MemoryPlanner.align(at + (long) Float.BYTES * floats, PhysicalType.ALIGNMENT);
    return Math.toIntExact(at / Float.BYTES);
  }

  /** Room in the workspace for a layout of oneDNN's choice. */
  final int reserve(memory.desc layout) {
    return reserve(Math.toIntExact((layout.get_size() + Float.BYTES - 1) / Float.BYTES));
  }

  /** Room for the scratch memory of a product; all primitives share it. */
  final MatrixProduct withScratch(MatrixProduct product) {
    needScratch(product.scratchBytes());
    return product;
  }

  /** Room for the scratch memory of a primitive. */
  final void needScratch(long bytes) {
    scratchBytes = Math.max(scratchBytes, bytes);
  }

  @Override
  final long workspaceBytes() {
    return workspaceBytes + scratchBytes;
  }

  /** The scratch memory of primitives, behind everything else in the workspace. */
  final BytePointer scratch(CpuBuffer workspace) {
    return scratchBytes == 0 ? null : workspace.address().getPointer(workspaceBytes);
  }

  /** A pointer to an element of an F32 tensor or of the workspace. */
  static BytePointer at(CpuBuffer buffer, int element) {
    return buffer.address().getPointer((long) Float.BYTES * element);
  }

  /** Keeps what binding makes until other buffers are bound. */
  final <B extends AutoCloseable> B keep(B made) {
    bound.add(made);
    return made;
  }

  @Override
  final void release() {
    for (AutoCloseable made : bound) {
      try {
        made.close();
      } catch (Exception e) {
        throw new IllegalStateException("a primitive's memory could not be released", e);
      }
    }
    bound.clear();
  }
}
