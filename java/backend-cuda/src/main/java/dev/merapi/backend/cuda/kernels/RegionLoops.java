package dev.merapi.backend.cuda.kernels;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The loops over a region's elements, in CUDA C: a thread takes four neighbours at a time, by
 * accesses of 16 bytes where elements have four, and then the few that are left. Where elements
 * have eight bytes, or a tensor does not begin at a multiple of 16 bytes, it is one at a time.
 */
final class RegionLoops {
  private static final int WIDTH = 4;
  private static final List<String> PARTS = List.of(".x", ".y", ".z", ".w");

  /** How four neighbours of the result find theirs in an input. */
  private enum Access {
    /** There is only one element, which is read before the loop. */
    ONE,
    /** As in the result. */
    WHOLE,
    /** They are neighbours in the input, too, the first one at a multiple of four. */
    RUN,
    /** All four read the same. */
    SAME,
    /** Each reads its own. */
    EACH
  }

  private final List<TensorType> inputs;
  private final List<TensorType> outputs;
  private final boolean packed;
  private final Shape target;
  private final List<Access> accesses;

  RegionLoops(List<TensorType> inputs, List<TensorType> outputs, boolean packed) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.packed = packed;
    target = outputs.get(0).shape();
    accesses = inputs.stream().map(input -> access(input.shape(), target)).toList();
  }

  private static Access access(Shape shape, Shape target) {
    if (shape.elements() == 1) {
      return Access.ONE;
    } else if (shape.elements() == target.elements()) {
      return Access.WHOLE;
    }
    int same = 1;
    int run = 1;
    for (int back = 1; back <= target.rank(); back++) {
      boolean repeats = back > shape.rank() || shape.dim(-back) != target.dim(-back);
      if (repeats && run > 1 || !repeats && target.dim(-back) > 1 && same > 1) {
        break;
      } else if (repeats) {
        same *= target.dim(-back);
      } else {
        run *= target.dim(-back);
      }
    }
    if (same > 1) {
      return same % WIDTH == 0 ? Access.SAME : Access.EACH;
    }
    return run % WIDTH == 0 ? Access.RUN : Access.EACH;
  }

  private boolean isWide() {
    return packed
        && Stream.concat(inputs.stream(), outputs.stream())
            .noneMatch(type -> type.dtype() == DType.F64);
  }

  /** How many threads have something to do. */
  int units() {
    return isWide() ? (target.elements() + WIDTH - 1) / WIDTH : target.elements();
  }

  /** The statements, which call {@code element} on the tensors x0, x1, ... and y0, y1, ... */
  String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < inputs.size(); i++) {
      if (accesses.get(i) == Access.ONE) {
        text.append("  const %s u%d = x%2$d[0];\n".formatted(type(inputs.get(i)), i));
      }
    }
    if (!isWide()) {
      return text + "  FOR_ELEMENTS(i, n) {\n" + single() + "  }\n";
    }
    text.append("  FOR_ELEMENTS(i, n / 4) {\n").append(four()).append("  }\n");
    if (target.elements() % WIDTH != 0) {
      text.append(
          "  for (unsigned i = n / 4 * 4 + blockIdx.x * blockDim.x + threadIdx.x; i < n;\n");
      text.append("       i += gridDim.x * blockDim.x) {\n").append(single()).append("  }\n");
    }
    return text.toString();
  }

  /** Element i. */
  private String single() {
    List<String> arguments = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      boolean one = accesses.get(i) == Access.ONE;
      arguments.add(one ? "u" + i : "x%d[%s]".formatted(i, place(i, "i")));
    }
    return body("", "", List.of(arguments));
  }

  /** The i-th four elements. */
  private String four() {
    StringBuilder loads = new StringBuilder("    const unsigned first = 4 * i;\n");
    List<List<String>> calls = PARTS.stream().<List<String>>map(p -> new ArrayList<>()).toList();
    for (int i = 0; i < inputs.size(); i++) {
      String type = type(inputs.get(i));
      String at = place(i, "first");
      loads.append(
          switch (accesses.get(i)) {
            case ONE, EACH -> "";
            case WHOLE -> "    const %s v%d = ((const %1$s*)x%2$d)[i];\n".formatted(type(type), i);
            case RUN ->
                "    const %s v%d = *(const %1$s*)(x%2$d + %3$s);\n".formatted(type(type), i, at);
            case SAME -> "    const %s v%d = x%2$d[%3$s];\n".formatted(type, i, at);
          });
      for (int part = 0; part < WIDTH; part++) {
        calls
            .get(part)
            .add(
                switch (accesses.get(i)) {
                  case ONE -> "u" + i;
                  case WHOLE, RUN -> "v" + i + PARTS.get(part);
                  case SAME -> "v" + i;
                  case EACH -> "x%d[%s]".formatted(i, place(i, "(first + " + part + ")"));
                });
      }
    }
    return body(loads.toString(), "4", calls);
  }

  /** Loads, a call for each element, and stores, with results of so many elements. */
  private String body(String loads, String width, List<List<String>> calls) {
    StringBuilder body = new StringBuilder(loads);
    List<String> types =
        outputs.stream().map(y -> width.isEmpty() ? type(y) : type(type(y))).toList();
    for (int i = 0; i < types.size(); i++) {
      body.append("    %s r%d;\n".formatted(types.get(i), i));
    }
    for (int call = 0; call < calls.size(); call++) {
      String part = width.isEmpty() ? "" : PARTS.get(call);
      Stream<String> results = IntStream.range(0, types.size()).mapToObj(i -> "r" + i + part);
      String arguments =
          String.join(", ", Stream.concat(calls.get(call).stream(), results).toList());
      body.append("    element(%s);\n".formatted(arguments));
    }
    for (int i = 0; i < types.size(); i++) {
      body.append("    ((%s*)y%d)[i] = r%2$d;\n".formatted(types.get(i), i));
    }
    return body.toString();
  }

  private static String type(TensorType type) {
    return ElementSource.type(type.dtype());
  }

  /** Four elements as one. */
  private static String type(String element) {
    return element.equals("unsigned char") ? "uchar4" : element + "4";
  }

  /** Where an input has what belongs to an element of the result; sizes and steps are constants. */
  private String place(int input, String element) {
    Shape shape = inputs.get(input).shape();
    if (accesses.get(input) == Access.WHOLE) {
      return element;
    }
    List<String> terms = new ArrayList<>();
    int step = 1;
    int inner = 1;
    for (int back = 1; back <= shape.rank(); back++) {
      int size = target.dim(-back);
      if (shape.dim(-back) != 1) {
        String index = inner == 1 ? element : element + " / " + inner + "u";
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
}
