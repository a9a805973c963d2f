package dev.merapi.backend.cuda.kernels;

import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.DType;
import java.util.ArrayList;
import java.util.List;

/** What elementwise expressions compute for one element, as a function of CUDA C. */
final class ElementSource {
  private ElementSource() {}

  /** Whether to compute in F64: if any tensor is of that type or a result is an integer. */
  static boolean isDouble(List<DType> inputs, List<DType> outputs) {
    return inputs.contains(DType.F64) || outputs.stream().anyMatch(type -> type != DType.F32);
  }

  /** A function that takes the inputs' elements and references to the outputs'. */
  static String function(
      String name, List<ScalarExpr> exprs, List<DType> inputs, List<DType> outputs) {
    boolean isDouble = isDouble(inputs, outputs);
    List<String> arguments = new ArrayList<>();
    List<String> parameters = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      arguments.add("a" + i);
      parameters.add((isDouble ? "double" : "float") + " a" + i);
    }
    RegionSource region = new RegionSource(isDouble, arguments);
    List<String> values = exprs.stream().map(region::value).toList();
    StringBuilder results = new StringBuilder();
    for (int i = 0; i < outputs.size(); i++) {
      String to = type(outputs.get(i));
      parameters.add(to + "& r" + i);
      String value = values.get(i);
      results.append(
          "  r%d = %s;\n".formatted(i, isDouble ? "stored<" + to + ">(" + value + ")" : value));
    }
    return "__device__ inline void %s(%s) {\n%s%s}\n"
        .formatted(name, String.join(", ", parameters), region.statements(), results);
  }

  /** In CUDA C. */
  static String type(DType type) {
    return switch (type) {
      case F32 -> "float";
      case F64 -> "double";
      case I32 -> "int";
      case U8 -> "unsigned char";
    };
  }
}
