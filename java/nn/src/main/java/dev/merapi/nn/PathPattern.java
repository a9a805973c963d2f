package dev.merapi.nn;

import dev.merapi.core.graph.GraphException;
import java.util.Collection;
import java.util.regex.Pattern;

/**
 * Names layers and variables of a model.
 *
 * <p>It is the path of a layer, with all that is in it, or of one variable: {@code conv1}, {@code
 * block1.conv2}, {@code fc.bias}; {@code *} stands for any part of one name: {@code conv*}, {@code
 * *.bias}, and alone for the whole model. A slash is as good as a dot.
 *
 * @param text as it is written
 */
public record PathPattern(String text) {
  /** Whether the layer or variable with this path, such as {@code conv1.weight}, is meant. */
  public boolean covers(String path) {
    String regex = "\\Q" + text.replace('/', '.').replace("*", "\\E[^.]*\\Q") + "\\E(\\..*)?";
    return Pattern.matches(regex, path);
  }

  /**
   * Requires that each pattern means something.
   *
   * @param option whose patterns they are, for the message
   * @param variables the paths of all that may be meant
   * @throws GraphException when one covers none of them
   */
  public static void requireKnown(
      String option, Collection<String> patterns, Collection<String> variables) {
    for (String pattern : patterns) {
      GraphException.check(
          variables.stream().anyMatch(new PathPattern(pattern)::covers),
          "%s: '%s' is no layer or variable of the model, whose variables are %s",
          option,
          pattern,
          String.join(", ", variables));
    }
  }
}
