package dev.merapi.train;

import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.nn.Net;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parameters and buffers of a model in a store: what is kept of a training. */
record Weights(StateStore store, List<String> paths) {
  /** The parameters and buffers among some variables, in their order. */
  static Weights among(List<VariableSpec> variables, StateStore store) {
    List<String> paths =
        variables.stream()
            .filter(v -> v.group().equals(Net.PARAMETERS) || v.group().equals(Net.BUFFERS))
            .map(VariableSpec::path)
            .toList();
    return new Weights(store, paths);
  }

  /** Copies of all values, by path. */
  Map<String, HostTensor> read() {
    Map<String, HostTensor> values = new LinkedHashMap<>();
    paths.forEach(path -> values.put(path, store.get(path)));
    return values;
  }

  /**
   * Overwrites all values.
   *
   * @throws IllegalArgumentException when names or types are not those of the model
   */
  void load(Map<String, HostTensor> values) {
    for (String path : paths) {
      if (!values.containsKey(path)) {
        throw new IllegalArgumentException("the weights have no " + path);
      }
    }
    for (String path : values.keySet()) {
      if (!paths.contains(path)) {
        throw new IllegalArgumentException("the model has no " + path);
      }
    }
    values.forEach(store::set);
  }
}
