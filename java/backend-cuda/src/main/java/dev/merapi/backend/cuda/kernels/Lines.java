package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaBuffer;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import java.util.List;
import jcuda.driver.CUfunction;

/**
 * The lines of a tensor along an axis, each of which a team of threads works on. Kernels get it as
 * their {@code Lines}.
 *
 * @param count how many there are
 * @param length of each
 * @param step from one element of a line to the next
 * @param team threads of a line, a power of two
 * @param pack elements of an access
 */
record Lines(int count, int length, int step, int team, int pack) {
  /** As in {@code teams.cuh}: the largest team, and elements that a thread keeps in registers. */
  private static final int TEAM_MAX = 512;

  private static final int KEPT = 8;
  private static final int WARP = 32;

  /** Lines whose elements are neighbours. */
  static Lines rows(int count, int length) {
    return rows(count, length, 1);
  }

  private static Lines rows(int count, int length, int pack) {
    int share = Math.max(2, pack);
    int team = 1;
    while (team < TEAM_MAX && team * (team < WARP ? share : KEPT) < length) {
      team *= 2;
    }
    return new Lines(count, length, 1, team, pack);
  }

  /** Along any axis: where neighbours belong to neighbouring lines, so do neighbouring threads. */
  static Lines along(Shape shape, int axis, CudaContext context) {
    int length = shape.dim(axis);
    int step = shape.strides()[axis];
    int count = shape.elements() / length;
    if (step == 1) {
      return rows(count, length);
    }
    long enough = (long) LaunchKernel.THREADS * context.multiprocessors();
    int team = 1;
    while (team < TEAM_MAX && team * KEPT < length && (long) count * team < enough) {
      team *= 2;
    }
    return new Lines(count, length, step, team, 1);
  }

  /**
   * The same lines accessed by {@link Packs} where all of them consist of whole ones in all of some
   * tensors: those of the lines' shape and those as long as a line.
   */
  Lines packed(DType dtype, List<CudaBuffer> tensors) {
    int size = Packs.size(dtype);
    boolean whole = step == 1 && length % size == 0 && Packs.canBeginAt(tensors);
    return whole ? rows(count, length, size) : this;
  }

  /** A launch with a team for each line. */
  Launch.Builder launch(CUfunction function) {
    int threads = Math.max(team, LaunchKernel.THREADS);
    int blocks = (int) (((long) count * team + threads - 1) / threads);
    return Launch.of(function).grid(blocks, 1, 1).block(threads, 1, 1);
  }

  void addTo(Launch.Builder launch) {
    launch.int32(count).int32(length).int32(step).int32(team).int32(pack);
  }
}
