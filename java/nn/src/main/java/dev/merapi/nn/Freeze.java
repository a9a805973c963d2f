package dev.merapi.nn;

import dev.merapi.core.graph.GraphException;
import java.util.Collection;
import java.util.List;

/**
 * Which parts of a model are not trained: a frozen parameter gets no gradient, a frozen buffer is
 * not updated, and a frozen batch normalization uses its running statistics.
 *
 * @param patterns as {@link PathPattern} has them; none for a model that is trained whole
 */
public record Freeze(List<String> patterns) {
  /** Everything is trained. */
  public static final Freeze NOTHING = new Freeze(List.of());

  public Freeze {
    patterns = List.copyOf(patterns);
  }

  /** Whether the layer or variable with this path, such as {@code conv1.weight}, is frozen. */
  public boolean covers(String path) {
    return patterns.stream().anyMatch(pattern -> new PathPattern(pattern).covers(path));
  }

  /**
   * Requires that every pattern means something.
   *
   * @param variables the paths of all variables of the model
   * @throws GraphException when one covers none of them
   */
  public void requireKnown(Collection<String> variables) {
    PathPattern.requireKnown("freeze", patterns, variables);
  }
}
