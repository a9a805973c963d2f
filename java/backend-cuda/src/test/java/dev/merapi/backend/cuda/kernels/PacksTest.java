package dev.merapi.backend.cuda.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.backend.cuda.runtime.CudaContext;
import dev.merapi.backend.cuda.runtime.CudaMemory;
import dev.merapi.core.backend.Availability;
import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.Buffers;
import dev.merapi.core.backend.Numerics;
import dev.merapi.core.graph.Op;
import dev.merapi.core.op.elementwise.ForEach;
import dev.merapi.core.op.elementwise.Fused;
import dev.merapi.core.op.movement.Concat;
import dev.merapi.core.op.movement.Gather;
import dev.merapi.core.op.movement.Pad;
import dev.merapi.core.op.movement.Slice;
import dev.merapi.core.op.normalization.LayerNorm;
import dev.merapi.core.op.normalization.LayerNormGrad;
import dev.merapi.core.op.normalization.LogSoftmax;
import dev.merapi.core.op.normalization.Softmax;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropy;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropyGrad;
import dev.merapi.core.op.reduction.Reduce;
import dev.merapi.core.op.reduction.ReduceFunction;
import dev.merapi.core.op.reduction.SumOfSquares;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.Owned;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tensors that begin between two multiples of 16 bytes: no kernel may access these as packs. */
class PacksTest {
  private static final Shape LINES = Shape.of(3, 24);
  private static final Shape LONG_LINES = Shape.of(2, 4_100);

  private CudaContext context;

  /** An op and the shapes of its inputs; labels are made for those of I32. */
  private record Sample(Op op, List<TensorType> inputs) {
    static Sample of(DType dtype, Op op, Shape... inputs) {
      return new Sample(op, Stream.of(inputs).map(x -> new TensorType(dtype, x)).toList());
    }
  }

  @BeforeEach
  void open() {
    Availability availability = Backends.availability().get("cuda");
    assumeTrue(availability.usable(), availability.reason());
    context = CudaContext.open(0);
    context.use();
  }

  @AfterEach
  void close() {
    if (context != null) {
      context.close();
    }
  }

  static Stream<Sample> samples() {
    return Stream.of(DType.F32, DType.F64)
        .flatMap(dtype -> Stream.of(lines(dtype), others(dtype), moves(dtype)).flatMap(all -> all));
  }

  private static Stream<Sample> lines(DType dtype) {
    return Stream.of(LINES, LONG_LINES)
        .flatMap(
            x -> {
              Shape each = Shape.of(x.dim(0));
              Shape line = Shape.of(x.dim(1));
              TensorType labels = new TensorType(DType.I32, each);
              TensorType xs = new TensorType(dtype, x);
              return Stream.of(
                  Sample.of(dtype, new Softmax(1), x),
                  Sample.of(dtype, new LogSoftmax(1), x),
                  new Sample(new SoftmaxCrossEntropy(), List.of(xs, labels)),
                  new Sample(
                      new SoftmaxCrossEntropyGrad(),
                      List.of(xs, labels, new TensorType(dtype, each))),
                  Sample.of(dtype, new LayerNorm(1, 0.5), x, line, line),
                  Sample.of(dtype, new LayerNormGrad(1), x, x, line, each, each));
            });
  }

  private static Stream<Sample> others(DType dtype) {
    ScalarExpr sum = ScalarExpr.add(ScalarExpr.arg(0), ScalarExpr.arg(1));
    Shape x = Shape.of(3, 5, 8);
    Shape row = Shape.of(8);
    return Stream.of(
        Sample.of(dtype, new Reduce(ReduceFunction.SUM, List.of(0, 1), false), x),
        Sample.of(dtype, new Reduce(ReduceFunction.MAX, List.of(1, 2), false), x),
        Sample.of(dtype, new Reduce(ReduceFunction.SUM, List.of(0), false), Shape.of(9_000, 8)),
        Sample.of(dtype, new Reduce(ReduceFunction.SUM, List.of(0), false), Shape.of(60_000)),
        Sample.of(dtype, new LayerNormGrad(1), many(8), many(8), row, many(), many()),
        Sample.of(dtype, new SumOfSquares(), x, row, Shape.of(5_001)),
        Sample.of(dtype, new ForEach(List.of(sum), 0, 2, dtype, List.of(x, row)), x, x, row, row),
        Sample.of(dtype, new Fused(List.of(sum), 2, dtype, x), x, row));
  }

  private static Stream<Sample> moves(DType dtype) {
    TensorType table = new TensorType(dtype, Shape.of(9, 8));
    TensorType indices = new TensorType(DType.I32, Shape.of(2));
    List<Integer> none = List.of(0, 0);
    return Stream.of(
        new Sample(new Gather(0), List.of(table, indices)),
        Sample.of(dtype, new Pad(List.of(0, 4), List.of(1, 8), none, 7), Shape.of(3, 8)),
        Sample.of(dtype, new Slice(List.of(1, 4), List.of(3, 12), List.of(1, 1)), Shape.of(3, 16)),
        Sample.of(dtype, new Concat(1), Shape.of(3, 8), Shape.of(3, 4)));
  }

  /** Lines that are summed in pieces. */
  private static Shape many(int... dims) {
    return Shape.of(IntStream.concat(IntStream.of(3_000), IntStream.of(dims)).toArray());
  }

  @ParameterizedTest
  @MethodSource("samples")
  void doNotDependOnWhereTensorsBegin(Sample sample) {
    DType dtype = sample.inputs().get(0).dtype();
    List<HostTensor> expected = run(sample, 0);
    List<HostTensor> found = run(sample, dtype.bytes());
    for (int i = 0; i < expected.size(); i++) {
      double[] values = expected.get(i).toDoubleArray();
      double largest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
      assertThat(found.get(i).toDoubleArray())
          .containsExactly(values, within(largest * (dtype == DType.F32 ? 1e-5 : 1e-13)));
    }
  }

  private List<HostTensor> run(Sample sample, int offset) {
    List<TensorType> outputs = sample.op().inferTypes(sample.inputs());
    KernelTable table = KernelTable.ofOwnKernels(Numerics.DEFAULT);
    CudaKernel kernel = table.create(sample.op(), sample.inputs(), outputs, context);
    try (Owned owned = new Owned()) {
      List<Buffer> in = buffers(sample.inputs(), offset, owned);
      for (int i = 0; i < in.size(); i++) {
        in.get(i).copyFromHost(tensor(sample.inputs().get(i)));
      }
      List<Buffer> out = buffers(outputs, offset, owned);
      TensorType bytes = new TensorType(DType.U8, Shape.of((int) kernel.workspaceBytes()));
      Buffers all = new Buffers(in, out, buffers(List.of(bytes), 0, owned).get(0));
      kernel.bind(all);
      kernel.launch(all, context.stream());
      return out.stream().map(PacksTest::read).toList();
    }
  }

  private List<Buffer> buffers(List<TensorType> types, int offset, Owned owned) {
    return types.stream()
        .map(
            type -> {
              PhysicalType dense = PhysicalType.dense(type);
              CudaMemory memory = new CudaMemory(context, offset + dense.bytes(), "test");
              owned.add(memory::close);
              return memory.view(offset, dense);
            })
        .toList();
  }

  private static HostTensor tensor(TensorType type) {
    HostTensor tensor = HostTensor.zeros(type);
    for (int i = 0; i < tensor.elements(); i++) {
      tensor.set(i, type.dtype() == DType.I32 ? 3 * i + 1 : (i * 37 % 101) / 50.0);
    }
    return tensor;
  }

  private static HostTensor read(Buffer buffer) {
    HostTensor tensor = HostTensor.zeros(buffer.type().type());
    buffer.copyToHost(tensor);
    return tensor;
  }
}
