package dev.merapi.cli.job;

import dev.merapi.cli.yaml.Deferred;
import dev.merapi.nn.Default;
import dev.merapi.nn.Layer;
import java.util.List;

/**
 * A model of several inputs or outputs, as a job file writes it: {@code {inputs: [a, b], layers:
 * [...], outputs: [main, aux]}}.
 *
 * @param layers in which {@code name} names a layer and {@code from} what it takes; a layer without
 *     it takes the one before it, and the first the first input
 * @param inputs the names of the inputs, in the order of the data
 * @param outputs the names of the layers that are outputs, the prediction first; none for the last
 */
public record ModelGraph(
    Deferred<List<Layer>> layers,
    @Default("[input]") List<String> inputs,
    @Default("[]") List<String> outputs) {
  public ModelGraph {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("inputs must be at least one, found none");
    }
  }
}
