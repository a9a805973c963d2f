package dev.merapi.nn.layer;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import java.util.Collections;
import java.util.List;

/**
 * Puts zeros around images: x [N, C, H, W] in the midst of y [N, C, top + H + bottom, left + W +
 * right].
 *
 * <p>Source: PyTorch's {@code ZeroPad2d}.
 *
 * @param padding how many: [left, right, top, bottom], or one number for all sides, each at least 0
 */
public record ZeroPad2d(List<Integer> padding) implements Layer {
  public ZeroPad2d {
    GraphException.check(
        (padding.size() == 1 || padding.size() == 4) && padding.stream().allMatch(n -> n >= 0),
        "zeroPad2d: expected [left, right, top, bottom] or [all sides] of at least 0, found %s",
        padding);
    padding = padding.size() == 1 ? Collections.nCopies(4, padding.get(0)) : List.copyOf(padding);
  }

  @Override
  public String name() {
    return "pad";
  }

  @Override
  public Value build(Net net, Value x) {
    GraphException.check(
        x.shape().rank() == 4, "zeroPad2d: expected [N, C, H, W], found %s", x.shape());
    List<Integer> before = List.of(0, 0, padding.get(2), padding.get(0));
    List<Integer> after = List.of(0, 0, padding.get(3), padding.get(1));
    return Ops.pad(x, before, after, 0);
  }
}
