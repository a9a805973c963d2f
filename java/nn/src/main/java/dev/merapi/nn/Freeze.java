package dev.merapi.nn;

import dev.merapi.core.graph.GraphException;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Which parts of a model are not trained.
 *
 * <p>A pattern is the path of a layer, with all that is in it, or of one variable: {@code conv1},
 * {@code block1.conv2}, {@code fc.bias}; {@code *} stands for any part of one name: {@code conv*}.
 * A frozen parameter gets no gradient, a frozen buffer is not updated, and a frozen batch
 * normalization uses its running statistics.
 *
 * @param patterns none for a model that is trained whole
 */
public record Freeze(List<String> patterns) {
  /** Everything is trained. */
  public static final Freeze NOTHING = new Freeze(List.of());

  public Freeze {
    patterns = List.copyOf(patterns);
  }

  /** Whether the layer or variable with this path, such as {@code conv1.weight}, is frozen. */
  public boolean covers(String path) {
    return patterns.stream().anyMatch(pattern -> covers(pattern, path));
  }

  private static boolean covers(String pattern, String path) {
    String regex = "\\Q" + pattern.replace('/', '.').replace("*", "\\E[^.]*\\Q") + "\\E(\\..*)?";
    return Pattern.matches(regex, path);
  }

  /**
   * Requires that every pattern means something.
   *
   * @param variables the paths of all variables of the model
   * @throws GraphException when one covers none of them
   */
  public void requireKnown(Collection<String> variables) {
    for (String pattern : patterns) {
      GraphException.check(
          variables.stream().anyMatch(path -> covers(pattern, path)),
          "freeze: '%s' is no layer or variable of the model, whose variables are %s",
          pattern,
          String.join(", ", variables));
    }
  }
}
