package dev.merapi.backend.cuda.kernels;

import dev.merapi.backend.cuda.runtime.CudaBuffer;
import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.Launch;
import dev.merapi.core.op.elementwise.ForEach;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import jcuda.driver.CUfunction;

/**
 * The same expressions for each of many tensors, by one launch for as many as fit into its
 * arguments: about 85 with two slots of an optimizer, eight times as many from CUDA 12.1 on.
 *
 * <p>Tensors are cut into tiles, which blocks take by their numbers. A thread takes four neighbours
 * at a time where elements are F32 and all tensors of a launch begin at multiples of 16 bytes.
 */
final class ForEachKernel {
  private static final String NAME = "for_each";
  private static final int WIDTH = 4;

  /** Elements of a tile: four for each thread of a block. */
  private static final int TILE = WIDTH * LaunchKernel.THREADS;

  private final ForEach op;
  private final CudaContext context;
  private final int batch;

  private ForEachKernel(ForEach op, CudaContext context) {
    this.op = op;
    this.context = context;
    int tensorBytes = (op.own() + op.exprs().size()) * Long.BYTES + 2 * Integer.BYTES;
    int otherBytes = op.shared() * Long.BYTES + Long.BYTES;
    batch = Math.min(op.shapes().size(), (context.argumentBytes() - otherBytes) / tensorBytes);
    function(true); // so that a program that cannot be compiled is found when it is made
  }

  private CUfunction function(boolean packed) {
    return context.generated(source(op, batch, packed), NAME);
  }

  static CudaKernel create(
      ForEach op, List<TensorType> inputs, List<TensorType> outputs, CudaContext context) {
    ForEachKernel kernel = new ForEachKernel(op, context);
    return new LaunchKernel("", 0, (in, out, workspace) -> kernel.launches(in, out));
  }

  private List<Launch> launches(CudaBuffer[] in, CudaBuffer[] out) {
    List<Launch> launches = new ArrayList<>();
    for (int from = 0; from < op.shapes().size(); from += batch) {
      launches.add(launch(from, in, out));
    }
    return launches;
  }

  /** For the tensors from one on; what is left of the arguments are tensors without elements. */
  private Launch launch(int from, CudaBuffer[] in, CudaBuffer[] out) {
    int to = Math.min(from + batch, op.shapes().size());
    boolean packed =
        Packs.canBeginAt(some(in, op.shared(), op.own(), from, to))
            && Packs.canBeginAt(some(out, 0, op.exprs().size(), from, to));
    Launch.Builder launch = Launch.of(function(packed), context.argumentBytes());
    for (int i = 0; i < op.shared(); i++) {
      launch.pointer(in[i]);
    }
    int tiles = 0;
    for (int tensor = from; tensor < from + batch; tensor++) {
      boolean isThere = tensor < op.shapes().size();
      int elements = isThere ? op.shapes().get(tensor).elements() : 0;
      add(launch, in, op.shared() + tensor * op.own(), op.own());
      add(launch, out, tensor * op.exprs().size(), op.exprs().size());
      launch.int32(elements).int32(isThere ? tiles : Integer.MAX_VALUE);
      tiles += (elements + TILE - 1) / TILE;
    }
    return LaunchKernel.grid(launch.int32(tiles), (long) tiles * LaunchKernel.THREADS, context)
        .build();
  }

  /** The buffers of some tensors, each of which has so many, behind those of none. */
  private static List<CudaBuffer> some(CudaBuffer[] all, int shared, int each, int from, int to) {
    return Arrays.asList(all).subList(shared + from * each, shared + to * each);
  }

  private static void add(Launch.Builder launch, CudaBuffer[] buffers, int from, int count) {
    for (int i = from; i < from + count; i++) {
      launch.int64(i < buffers.length ? buffers[i].pointer().address() : 0);
    }
  }

  /**
   * In CUDA C, for so many tensors at once.
   *
   * @param packed whether they begin at multiples of 16 bytes
   */
  static String source(ForEach op, int tensors, boolean packed) {
    String type = ElementSource.type(op.dtype());
    StringBuilder fields = new StringBuilder();
    StringBuilder scalars = new StringBuilder();
    StringBuilder parameters = new StringBuilder();
    for (int i = 0; i < op.shared(); i++) {
      parameters.append("const %s* s%d, ".formatted(type, i));
      scalars.append("  const %s a%d = s%2$d[0];\n".formatted(type, i));
    }
    for (int i = 0; i < op.own(); i++) {
      fields.append("  const %s* x%d;\n".formatted(type, i));
    }
    for (int i = 0; i < op.exprs().size(); i++) {
      fields.append("  %s* y%d;\n".formatted(type, i));
    }
    int arguments = op.shared() + op.own();
    return TEXT.formatted(
        ElementSource.function(
            "element",
            op.exprs(),
            Collections.nCopies(arguments, op.dtype()),
            Collections.nCopies(op.exprs().size(), op.dtype())),
        tensors,
        TILE,
        fields,
        NAME,
        parameters,
        scalars,
        Integer.highestOneBit(tensors),
        loops(op, type, packed));
  }

  private static final String TEXT =
      """
      #include "common.cuh"
      %sconst unsigned TENSORS = %d, TILE = %d;
      struct Tensor {
      %s  unsigned elements, first_tile;
      };
      struct Tensors {
        Tensor at[TENSORS];
      };
      extern "C" __global__ void %s(%sconst Tensors tensors, unsigned tiles) {
      %s  for (unsigned tile = blockIdx.x; tile < tiles; tile += gridDim.x) {
          unsigned found = 0;
          for (unsigned step = %d; step > 0; step /= 2) {
            if (found + step < TENSORS && tensors.at[found + step].first_tile <= tile) found += step;
          }
          const Tensor& t = tensors.at[found];
          const unsigned start = (tile - t.first_tile) * TILE;
          const unsigned left = t.elements - start;
          const unsigned end = start + (left < TILE ? left : TILE);
      %s  }
      }
      """;

  private static String loops(ForEach op, String type, boolean packed) {
    if (op.dtype() != DType.F32 || !packed) {
      return loop(op, type, "start", "end", List.of(""));
    }
    return loop(op, "float4", "start / 4", "end / 4", List.of(".x", ".y", ".z", ".w"))
        + loop(op, type, "end / 4 * 4", "end", List.of(""));
  }

  /** Units of a type, each with some elements, that the threads of a block take in turn. */
  private static String loop(ForEach op, String unit, String from, String to, List<String> parts) {
    StringBuilder loop =
        new StringBuilder(
            "    for (unsigned i = %s + threadIdx.x; i < %s; i += blockDim.x) {\n"
                .formatted(from, to));
    for (int i = 0; i < op.own(); i++) {
      loop.append("      const %s v%d = ((const %1$s*)t.x%2$d)[i];\n".formatted(unit, i));
    }
    for (int i = 0; i < op.exprs().size(); i++) {
      loop.append("      %s r%d;\n".formatted(unit, i));
    }
    for (String part : parts) {
      List<String> arguments = new ArrayList<>();
      for (int i = 0; i < op.shared(); i++) {
        arguments.add("a" + i);
      }
      for (int i = 0; i < op.own(); i++) {
        arguments.add("v" + i + part);
      }
      for (int i = 0; i < op.exprs().size(); i++) {
        arguments.add("r" + i + part);
      }
      loop.append("      element(%s);\n".formatted(String.join(", ", arguments)));
    }
    for (int i = 0; i < op.exprs().size(); i++) {
      loop.append("      ((%s*)t.y%d)[i] = r%2$d;\n".formatted(unit, i));
    }
    return loop.append("    }\n").toString();
  }
}
