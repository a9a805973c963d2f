package dev.merapi.backend.cuda.kernels;

import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.tensor.DType;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reductions by all functions of all element types. */
public final class ReductionSamples {
  private ReductionSamples() {}

  /** Their sources by what is special about them. */
  public static Map<String, String> sources() {
    Map<String, String> sources = new LinkedHashMap<>();
    for (ReduceFunction function : ReduceFunction.values()) {
      for (DType dtype : DType.values()) {
        sources.put(function + " of " + dtype, Reduction.source(function, dtype));
      }
    }
    return sources;
  }
}
