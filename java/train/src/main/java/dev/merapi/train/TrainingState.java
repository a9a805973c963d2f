package dev.merapi.train;

import dev.merapi.core.runtime.Snapshot;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Those variables of a store that a training must have to go on. */
record TrainingState(StateStore store) {
  /** Groups of variables that are made anew for each training. */
  private static final Set<String> UNKEPT = Set.of(ResidentData.GROUP, EvaluationGraph.GROUP);

  /** Reserves host memory for copies. */
  Snapshot snapshot() {
    return store.snapshot(UNKEPT);
  }

  /** The types, by name. */
  Map<String, TensorType> types() {
    Map<String, TensorType> types = new LinkedHashMap<>();
    store.paths().stream()
        .filter(path -> !UNKEPT.contains(store.group(path)))
        .forEach(path -> types.put(path, store.type(path)));
    return types;
  }

  /**
   * Requires the state of such a training.
   *
   * @throws IllegalArgumentException when names or types are others
   */
  void requireTypes(Map<String, HostTensor> state) {
    Map<String, TensorType> found = new LinkedHashMap<>();
    state.forEach((path, value) -> found.put(path, value.type()));
    if (!found.equals(types())) {
      throw new IllegalArgumentException("expected the state " + types() + ", found " + found);
    }
  }

  /** Overwrites all of them. */
  void restore(Map<String, HostTensor> state) {
    state.forEach(store::set);
  }
}
