package dev.merapi.cli.command;

import dev.merapi.explain.VanishingGradients;
import dev.merapi.explain.picture.Charts;
import dev.merapi.explain.picture.Text;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code merapi explain vanishing-gradients}: what a demonstration found, and its picture. */
record Demonstration(VanishingGradients found) {
  /** What stands for it where a job is expected. */
  static final String NAME = "vanishing-gradients";

  private static final String PICTURE = NAME + ".png";

  /** Draws into a folder; gives what is to be reported. */
  Map<String, Object> draw(ExplainReport folder, String device) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("demonstration", NAME);
    result.put("device", device);
    result.put("curves", found.curves().stream().map(Demonstration::item).toList());
    String problem = ExplainPictures.problem().or(Text::problem).orElse(null);
    if (problem == null) {
      Charts.vanishingGradients(found).write(folder.picture(PICTURE));
      result.put("pictures", List.of(PICTURE));
    } else {
      result.put("left_out", Map.of(PICTURE, problem));
    }
    result.put("out", folder.path().toString());
    return result;
  }

  private static Map<String, Object> item(VanishingGradients.Curve curve) {
    Map<String, Object> item = new LinkedHashMap<>();
    item.put("name", curve.name());
    item.put("ratio", curve.ratio());
    item.put("norms", Arrays.stream(curve.norms()).boxed().toList());
    return item;
  }

  /** The report for people. */
  String words(Map<String, Object> result) {
    StringBuilder words = new StringBuilder();
    words.append(
        "%-24s %12s %12s %12s%n"
            .formatted("norm of the gradient", "at step 1", "at the last", "ratio"));
    for (VanishingGradients.Curve curve : found.curves()) {
      double[] norms = curve.norms();
      words.append(
          "%-24s %12.3g %12.3g %12.3g%n"
              .formatted(curve.name(), norms[0], norms[norms.length - 1], curve.ratio()));
    }
    words.append("in %s: ".formatted(result.get("out")));
    words.append(result.getOrDefault("pictures", "no picture: " + result.get("left_out")));
    return words.toString();
  }
}
