package dev.merapi.core.plan;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Lays buffers with known lifetimes into one arena: a pure function.
 *
 * <p>The largest buffer is placed first, and each takes the smallest gap that fits between those
 * placed before it whose lifetimes overlap its own. Source: Pisarchyk and Lee, "Efficient memory
 * management for deep neural net inference", 2020 (greedy by size).
 */
public final class MemoryPlanner {
  private MemoryPlanner() {}

  /** How buffers get their memory. */
  public enum Mode {
    /** One arena, in which buffers that are never alive together share memory. */
    PLANNED,
    /** One allocation for each buffer, so that a memory checker sees each tensor by itself. */
    ONE_ALLOCATION_PER_BUFFER
  }

  /** Places all buffers in one arena. */
  public static MemoryPlan plan(List<BufferRequest> requests) {
    Integer[] order = IntStream.range(0, requests.size()).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparing(i -> -requests.get(i).bytes()));
    Long[] offsets = new Long[requests.size()];
    Placed placed = new Placed(requests.size());
    long arenaBytes = 0;
    for (int i : order) {
      offsets[i] = placed.add(requests.get(i));
      arenaBytes = Math.max(arenaBytes, offsets[i] + requests.get(i).bytes());
    }
    return new MemoryPlan(List.copyOf(requests), List.of(offsets), arenaBytes);
  }

  /**
   * The buffers that have their place, by offset. Every buffer is held against every other, so
   * these are plain arrays: programs of long sequences have ten thousands of them.
   */
  private static final class Placed {
    private final long[] offsets;
    private final long[] ends;
    private final int[] first;
    private final int[] last;
    private int count;

    Placed(int capacity) {
      offsets = new long[capacity];
      ends = new long[capacity];
      first = new int[capacity];
      last = new int[capacity];
    }

    /** Places a buffer and gives its offset. */
    long add(BufferRequest request) {
      long offset = gap(request);
      int at = count;
      while (at > 0 && offsets[at - 1] > offset) {
        at--;
      }
      System.arraycopy(offsets, at, offsets, at + 1, count - at);
      System.arraycopy(ends, at, ends, at + 1, count - at);
      System.arraycopy(first, at, first, at + 1, count - at);
      System.arraycopy(last, at, last, at + 1, count - at);
      offsets[at] = offset;
      ends[at] = offset + request.bytes();
      first[at] = request.first();
      last[at] = request.last();
      count++;
      return offset;
    }

    /** The start of the smallest gap that fits, or of what is free behind all. */
    private long gap(BufferRequest request) {
      long best = -1;
      long bestGap = Long.MAX_VALUE;
      long free = 0;
      for (int i = 0; i < count; i++) {
        if (first[i] > request.last() || request.first() > last[i]) {
          continue;
        }
        long start = align(free, request.alignment());
        long gap = offsets[i] - start;
        if (gap >= request.bytes() && gap < bestGap) {
          best = start;
          bestGap = gap;
        }
        free = Math.max(free, ends[i]);
      }
      return best >= 0 ? best : align(free, request.alignment());
    }
  }

  /** The next multiple of the alignment. */
  public static long align(long offset, int alignment) {
    return (offset + alignment - 1) / alignment * alignment;
  }
}
