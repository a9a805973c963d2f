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

/** Elementwise regions: for each, a kernel is written in CUDA C and compiled. */
public final class ElementwiseKernels {
  private static final String NAME = "region";

  private ElementwiseKernels() {}

  /** Computes in F64 if any tensor is of that type or a result is an integer, else in F32. */
  public static CudaKernel create(
      Elementwise op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    Shape shape = outputs.get(0).shape();
    context.generated(source(op, inputs, outputs, true), NAME); // what cannot be is found now
    return new LaunchKernel(
        "",
        0,
        (in, out, workspace) -> {
          boolean packed = Packs.canBeginAt(List.of(in)) && Packs.canBeginAt(List.of(out));
          CUfunction function = context.generated(source(op, inputs, outputs, packed), NAME);
          int units = new RegionLoops(inputs, outputs, packed).units();
          Launch.Builder launch = LaunchKernel.grid(Launch.of(function), units, context);
          Stream.of(in).forEach(launch::pointer);
          Stream.of(out).forEach(launch::pointer);
          return List.of(launch.int32(shape.elements()).build());
        });
  }

  /**
   * In CUDA C.
   *
   * @param packed whether all tensors begin at multiples of 16 bytes
   */
  static String source(
      Elementwise op, List<TensorType> inputs, List<TensorType> outputs, boolean packed) {
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
            new RegionLoops(inputs, outputs, packed).text());
  }
}
