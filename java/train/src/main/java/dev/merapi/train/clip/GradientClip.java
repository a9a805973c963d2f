package dev.merapi.train.clip;

import dev.merapi.core.graph.Value;
import java.util.List;

/** Bounds the gradients before the optimizer sees them. */
@FunctionalInterface
public interface GradientClip {
  /**
   * The bounded gradients, in the same order.
   *
   * @param gradients one per parameter
   * @param globalNorm the Euclidean norm of all gradients together, a scalar
   */
  List<Value> clip(List<Value> gradients, Value globalNorm);
}
