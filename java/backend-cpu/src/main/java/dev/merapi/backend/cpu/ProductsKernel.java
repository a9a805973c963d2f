package dev.merapi.backend.cpu;

import dev.merapi.core.plan.MemoryPlanner;
import dev.merapi.core.plan.PhysicalType;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.BytePointer;

/** A kernel of several products by oneDNN with loops between them, and what it keeps for these. */
abstract class ProductsKernel extends CpuKernel {
  final Dnnl dnnl;
  private final List<AutoCloseable> bound = new ArrayList<>();
  private long workspaceBytes;
  private long scratchBytes;

  ProductsKernel(Dnnl dnnl) {
    this.dnnl = dnnl;
  }

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
