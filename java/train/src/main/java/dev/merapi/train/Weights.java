package dev.merapi.train;

import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Net;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Parameters and buffers of a model in a store: what is kept of a training.
 *
 * @param store where they are
 * @param paths their names, in the model's order
 */
public record Weights(StateStore store, List<String> paths) {
  /** The parameters and buffers among some variables, in their order. */
  public static Weights among(List<VariableSpec> variables, StateStore store) {
    List<String> paths =
        variables.stream()
            .filter(v -> v.group().equals(Net.PARAMETERS) || v.group().equals(Net.BUFFERS))
            .map(VariableSpec::path)
            .toList();
    return new Weights(store, paths);
  }

  /** Copies of all values, by path; averages where there are some. */
  public Map<String, HostTensor> read() {
    Map<String, HostTensor> values = new LinkedHashMap<>();
    paths.forEach(path -> values.put(path, store.get(evaluated(path))));
    return values;
  }

  /** The variable that an evaluation reads a parameter or buffer from. */
  String evaluated(String path) {
    return store.paths().contains(Ema.path(path)) ? Ema.path(path) : path;
  }

  /**
   * Requires that no value is NaN or infinite.
   *
   * @param step that wrote them last
   * @throws DivergedException when one is
   */
  public void requireFinite(long step) {
    for (String path : paths) {
      HostTensor value = store.get(path);
      for (int i = 0; i < value.elements(); i++) {
        if (!Double.isFinite(value.get(i))) {
          throw new DivergedException(path, step);
        }
      }
    }
  }

  /**
   * Overwrites the values that have the same names and shapes; floating-point types are converted.
   *
   * @param strict whether names and shapes must all be those of the model; else what fits is loaded
   * @throws IllegalArgumentException when they must and are not, or when nothing fits; then nothing
   *     is overwritten
   */
  public LoadReport load(Map<String, HostTensor> values, boolean strict) {
    LoadReport report = compare(values);
    boolean nothing = report.loaded().isEmpty() && !paths.isEmpty();
    if (nothing || strict && !report.isComplete()) {
      throw new IllegalArgumentException("the weights are not those of the model: " + report);
    }
    for (String path : report.loaded()) {
      HostTensor value = values.get(path);
      DType dtype = store.type(path).dtype();
      HostTensor converted = value.dtype() == dtype ? value : value.to(dtype);
      store.set(path, converted);
      store.set(evaluated(path), converted);
    }
    return report;
  }

  private LoadReport compare(Map<String, HostTensor> values) {
    List<String> loaded = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    List<LoadReport.Mismatch> mismatched = new ArrayList<>();
    for (String path : paths) {
      TensorType type = store.type(path);
      HostTensor value = values.get(path);
      if (value == null) {
        missing.add(path);
      } else if (value.shape().equals(type.shape()) && value.dtype().isFloating()) {
        loaded.add(path);
      } else {
        mismatched.add(new LoadReport.Mismatch(path, type, value.type()));
      }
    }
    List<String> unexpected =
        values.keySet().stream().filter(path -> !paths.contains(path)).toList();
    return new LoadReport(loaded, missing, unexpected, mismatched);
  }
}
