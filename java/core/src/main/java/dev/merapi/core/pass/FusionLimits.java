package dev.merapi.core.pass;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.scalar.ScalarExpr;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How large a fused region may become. */
final class FusionLimits {
  /**
   * The most nodes in all expressions together. A value that is used twice in a region is written
   * out twice, so chains of such values would double the work at each link.
   */
  static final int MAX_SIZE = 200;

  /** The most inputs: each needs an address in registers of a GPU kernel. */
  static final int MAX_INPUTS = 16;

  private FusionLimits() {}

  static boolean allow(FusionRegions.Region region) {
    return region.reads().size() <= MAX_INPUTS && size(region) <= MAX_SIZE;
  }

  /** The size of the region's expressions, counted without building them. */
  private static long size(FusionRegions.Region region) {
    Map<Value, Long> sizes = new HashMap<>();
    for (Node node : region.members()) {
      List<Long> arguments =
          node.inputs().stream()
              .map(input -> sizes.getOrDefault(FusionRegions.source(input), 1L))
              .toList();
      long size = size(((Elementwise) node.op()).expr(), arguments);
      sizes.put(node.output(0), Math.min(size, MAX_SIZE + 1));
    }
    return region.outputs().stream().mapToLong(sizes::get).sum();
  }

  private static long size(ScalarExpr expr, List<Long> arguments) {
    if (expr instanceof ScalarExpr.Arg a) {
      return arguments.get(a.index());
    } else if (expr instanceof ScalarExpr.Unary u) {
      return 1 + size(u.x(), arguments);
    } else if (expr instanceof ScalarExpr.Binary b) {
      return 1 + size(b.a(), arguments) + size(b.b(), arguments);
    } else if (expr instanceof ScalarExpr.Select s) {
      return 1
          + size(s.condition(), arguments)
          + size(s.ifTrue(), arguments)
          + size(s.ifFalse(), arguments);
    }
    return 1;
  }
}
