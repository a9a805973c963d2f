package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.graph.Subgraph;
import dev.merapi.core.op.elementwise.FusedScalars;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jcuda.driver.CUfunction;

/** Ops on single numbers: one thread reads all inputs, works, and writes all outputs. */
final class FusedScalarsKernel {
  private static final String NAME = "scalars";

  private FusedScalarsKernel() {}

  static CudaKernel create(
      FusedScalars op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    CUfunction function = context.generated(source(op, inputs), NAME);
    return new LaunchKernel(
        "",
        0,
        (in, out, workspace) -> {
          Launch.Builder launch = Launch.of(function);
          Stream.of(in).forEach(launch::pointer);
          Stream.of(out).forEach(launch::pointer);
          return List.of(launch.build());
        });
  }

  static String source(FusedScalars op, List<TensorType> inputs) {
    List<DType> types = op.body().types(inputs).stream().map(TensorType::dtype).toList();
    List<String> names = new ArrayList<>();
    List<String> parameters = new ArrayList<>();
    StringBuilder functions = new StringBuilder();
    StringBuilder body = new StringBuilder();
    for (int i = 0; i < op.body().arity(); i++) {
      String type = ElementSource.type(types.get(i));
      parameters.add("const %s* x%d".formatted(type, i));
      body.append("  const %s v%d = x%2$d[0];\n".formatted(type, i));
      names.add("v" + i);
    }
    for (Subgraph.Call part : op.body().calls()) {
      int first = names.size();
      List<ScalarExpr> exprs = ((Elementwise) part.op()).exprs();
      int count = exprs.size();
      String name = "part" + first;
      functions.append(
          ElementSource.function(
              name, exprs, part.arguments(types), types.subList(first, first + count)));
      List<String> arguments = new ArrayList<>(part.arguments(names));
      for (int i = first; i < first + count; i++) {
        body.append("  %s v%d;\n".formatted(ElementSource.type(types.get(i)), i));
        names.add("v" + i);
        arguments.add("v" + i);
      }
      body.append("  %s(%s);\n".formatted(name, String.join(", ", arguments)));
    }
    for (int i = 0; i < op.body().results().size(); i++) {
      int value = op.body().results().get(i);
      parameters.add("%s* y%d".formatted(ElementSource.type(types.get(value)), i));
      body.append("  y%d[0] = v%d;\n".formatted(i, value));
    }
    return "#include \"common.cuh\"\n%sextern \"C\" __global__ void %s(%s) {\n%s}\n"
        .formatted(functions, NAME, String.join(", ", parameters), body);
  }
}
