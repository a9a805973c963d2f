package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import jcuda.driver.CUfunction;

/**
 * Elementwise regions: for each, a kernel is written in CUDA C and compiled. Where all tensors are
 * F32, as large as the result or single numbers, a thread takes four neighbours at a time.
 */
public final class ElementwiseKernels {
  private static final String NAME = "region";
  private static final int WIDTH = 4;

  private ElementwiseKernels() {}

  /** Computes in F64 if any tensor is of that type or a result is an integer, else in F32. */
  public static CudaKernel create(
      Elementwise op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    Shape shape = outputs.get(0).shape();
    CUfunction function = context.generated(source(op, inputs, outputs), NAME);
    return new LaunchKernel(
        "",
        0,
        (in, out, workspace) -> {
          int work =
              isWide(inputs, outputs) ? (shape.elements() + WIDTH - 1) / WIDTH : shape.elements();
          Launch.Builder launch = LaunchKernel.grid(Launch.of(function), work, context);
          Stream.of(in).forEach(launch::pointer);
          Stream.of(out).forEach(launch::pointer);
          return List.of(launch.int32(shape.elements()).build());
        });
  }

  private static boolean isWide(List<TensorType> inputs, List<TensorType> outputs) {
    Shape shape = outputs.get(0).shape();
    return Stream.concat(inputs.stream(), outputs.stream()).allMatch(t -> t.dtype() == DType.F32)
        && inputs.stream().allMatch(t -> isUniform(t) || t.shape().elements() == shape.elements());
  }

  private static boolean isUniform(TensorType type) {
    return type.shape().elements() == 1;
  }

  static String source(Elementwise op, List<TensorType> inputs, List<TensorType> outputs) {
    List<DType> from = inputs.stream().map(TensorType::dtype).toList();
    List<DType> to = outputs.stream().map(TensorType::dtype).toList();
    List<String> parameters = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      parameters.add("const " + ElementSource.type(from.get(i)) + "* x" + i);
    }
    for (int i = 0; i < outputs.size(); i++) {
      parameters.add(ElementSource.type(to.get(i)) + "* y" + i);
    }
    return """
        #include "common.cuh"
        %sextern "C" __global__ void %s(%s, unsigned n) {
        %s}
        """
        .formatted(
            ElementSource.function("element", op.exprs(), from, to),
            NAME,
            String.join(", ", parameters),
            isWide(inputs, outputs) ? wide(inputs, outputs) : narrow(inputs, outputs));
  }

  /** One element at a time, at the place of each tensor that broadcasting says. */
  private static String narrow(List<TensorType> inputs, List<TensorType> outputs) {
    StringBuilder loop = new StringBuilder("  FOR_ELEMENTS(i, n) {\n");
    List<String> arguments = new ArrayList<>();
    Shape shape = outputs.get(0).shape();
    for (int i = 0; i < inputs.size(); i++) {
      arguments.add("x%d[%s]".formatted(i, place(inputs.get(i).shape(), shape)));
    }
    for (int i = 0; i < outputs.size(); i++) {
      loop.append("    %s r%d;\n".formatted(ElementSource.type(outputs.get(i).dtype()), i));
      arguments.add("r" + i);
    }
    loop.append("    element(%s);\n".formatted(String.join(", ", arguments)));
    for (int i = 0; i < outputs.size(); i++) {
      loop.append("    y%1$d[i] = r%1$d;\n".formatted(i));
    }
    return loop.append("  }\n").toString();
  }

  /** Of the element i of the target, with sizes and steps as constants. */
  private static String place(Shape shape, Shape target) {
    if (shape.elements() == target.elements()) {
      return "i";
    } else if (shape.elements() == 1) {
      return "0";
    }
    List<String> terms = new ArrayList<>();
    int step = 1;
    int inner = 1;
    for (int back = 1; back <= shape.rank(); back++) {
      int size = target.dim(-back);
      if (shape.dim(-back) != 1) {
        String index = inner == 1 ? "i" : "i / " + inner + "u";
        boolean outermost = (long) inner * size == target.elements();
        terms.add(
            (outermost ? "(" + index + ")" : "(" + index + " % " + size + "u)")
                + " * "
                + step
                + "u");
        step *= size;
      }
      inner *= size;
    }
    return String.join(" + ", terms);
  }

  /** Four elements at a time, by loads and stores of 16 bytes; the rest one by one. */
  private static String wide(List<TensorType> inputs, List<TensorType> outputs) {
    StringBuilder four = new StringBuilder();
    List<List<String>> calls = new ArrayList<>();
    for (String part : List.of(".x", ".y", ".z", ".w")) {
      List<String> arguments = new ArrayList<>();
      for (int i = 0; i < inputs.size(); i++) {
        arguments.add(isUniform(inputs.get(i)) ? "u" + i : "v" + i + part);
      }
      for (int i = 0; i < outputs.size(); i++) {
        arguments.add("r" + i + part);
      }
      calls.add(arguments);
    }
    List<String> last = new ArrayList<>();
    StringBuilder uniform = new StringBuilder();
    for (int i = 0; i < inputs.size(); i++) {
      if (isUniform(inputs.get(i))) {
        uniform.append("  const float u%1$d = x%1$d[0];\n".formatted(i));
        last.add("u" + i);
      } else {
        four.append("    const float4 v%1$d = ((const float4*)x%1$d)[i];\n".formatted(i));
        last.add("x" + i + "[i]");
      }
    }
    for (int i = 0; i < outputs.size(); i++) {
      four.append("    float4 r%d;\n".formatted(i));
      last.add("r" + i);
    }
    calls.forEach(c -> four.append("    element(%s);\n".formatted(String.join(", ", c))));
    StringBuilder one = new StringBuilder();
    for (int i = 0; i < outputs.size(); i++) {
      four.append("    ((float4*)y%1$d)[i] = r%1$d;\n".formatted(i));
      one.append("    float r%d;\n".formatted(i));
    }
    one.append("    element(%s);\n".formatted(String.join(", ", last)));
    for (int i = 0; i < outputs.size(); i++) {
      one.append("    y%1$d[i] = r%1$d;\n".formatted(i));
    }
    return uniform
        + "  FOR_ELEMENTS(i, n / 4) {\n"
        + four
        + "  }\n"
        + "  for (unsigned i = n / 4 * 4 + blockIdx.x * blockDim.x + threadIdx.x; i < n;\n"
        + "       i += gridDim.x * blockDim.x) {\n"
        + one
        + "  }\n";
  }
}
