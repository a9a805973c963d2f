package dev.merapi.conformance;

import dev.merapi.core.tensor.Shape;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Inputs and outputs that another library computed.
 *
 * <p>Read from lines {@code case NAME}, {@code in DIMS : VALUES} and {@code out DIMS : VALUES},
 * which {@code golden/generate.py} writes.
 */
public record Golden(List<NdArray> inputs, List<NdArray> outputs) {
  /** The cases of a resource beside this class, by name. */
  public static Map<String, Golden> read(String resource) {
    Map<String, Golden> cases = new LinkedHashMap<>();
    Golden current = null;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Golden.class.getResourceAsStream(resource), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("case ")) {
          current = new Golden(new ArrayList<>(), new ArrayList<>());
          cases.put(line.substring(5), current);
        } else {
          (line.startsWith("in ") ? current.inputs : current.outputs).add(tensor(line));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return cases;
  }

  private static NdArray tensor(String line) {
    String[] parts = line.substring(line.indexOf(' ') + 1).split(" : ");
    int[] dims = Arrays.stream(parts[0].split(",")).mapToInt(Integer::parseInt).toArray();
    double[] values = Arrays.stream(parts[1].split(",")).mapToDouble(Double::parseDouble).toArray();
    return NdArray.of(Shape.of(dims), values);
  }
}
