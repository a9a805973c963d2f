package dev.merapi.core.plan;

import java.util.ArrayList;
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
    long arenaBytes = 0;
    List<Integer> placed = new ArrayList<>();
    for (int i : order) {
      offsets[i] = place(requests, offsets, placed, requests.get(i));
      placed.add(i);
      arenaBytes = Math.max(arenaBytes, offsets[i] + requests.get(i).bytes());
    }
    return new MemoryPlan(List.copyOf(requests), List.of(offsets), arenaBytes);
  }

  private static long place(
      List<BufferRequest> requests, Long[] offsets, List<Integer> placed, BufferRequest request) {
    List<Integer> neighbours =
        placed.stream()
            .filter(i -> requests.get(i).overlaps(request))
            .sorted(Comparator.comparing(i -> offsets[i]))
            .toList();
    long best = -1;
    long bestGap = Long.MAX_VALUE;
    long free = 0;
    for (int i : neighbours) {
      long start = align(free, request.alignment());
      long gap = offsets[i] - start;
      if (gap >= request.bytes() && gap < bestGap) {
        best = start;
        bestGap = gap;
      }
      free = Math.max(free, offsets[i] + requests.get(i).bytes());
    }
    return best >= 0 ? best : align(free, request.alignment());
  }

  /** The next multiple of the alignment. */
  public static long align(long offset, int alignment) {
    return (offset + alignment - 1) / alignment * alignment;
  }
}
