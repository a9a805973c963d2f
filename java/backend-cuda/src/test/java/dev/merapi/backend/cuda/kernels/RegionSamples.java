package dev.merapi.backend.cuda.kernels;

import dev.merapi.core.graph.Subgraph;
import dev.merapi.core.op.elementwise.Cast;
import dev.merapi.core.op.elementwise.ForEach;
import dev.merapi.core.op.elementwise.Fused;
import dev.merapi.core.op.elementwise.FusedScalars;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Regions that have every scalar function, on all kinds of tensors. */
public final class RegionSamples {
  private static final Shape SHAPE = Shape.of(3, 5, 7);

  private RegionSamples() {}

  /** Their sources by what is special about them. */
  public static Map<String, String> sources() {
    Map<String, String> sources = new LinkedHashMap<>();
    TensorType f32 = new TensorType(DType.F32, SHAPE);
    TensorType row = new TensorType(DType.F32, Shape.of(7));
    TensorType channel = new TensorType(DType.F32, Shape.of(5, 1));
    TensorType scalar = new TensorType(DType.F32, Shape.SCALAR);
    sources.put("as large as the result", source(f32, f32, f32));
    sources.put("one number", source(f32, scalar, f32));
    sources.put("broadcast", source(row, channel, f32));
    for (DType dtype : DType.values()) {
      sources.put("from " + dtype, source(f32.withDType(dtype), scalar, f32));
      sources.put("to " + dtype, source(f32, row, f32.withDType(dtype)));
    }
    TensorType wide = TensorType.f32(3, 5, 8);
    TensorType wideRow = TensorType.f32(8);
    sources.put("four at a time", source(wideRow, channel, wide));
    sources.put("four bytes at a time", source(wide.withDType(DType.U8), scalar, wide));
    sources.put("for each of many tensors", forEach(DType.F32));
    sources.put("for each in F64", forEach(DType.F64));
    sources.put("on numbers of all element types", scalars());
    return sources;
  }

  private static String forEach(DType dtype) {
    ScalarExpr step = ScalarExpr.mul(ScalarExpr.arg(0), ScalarExpr.arg(2));
    List<ScalarExpr> exprs = List.of(ScalarExpr.add(ScalarExpr.arg(1), step), step);
    return ForEachKernel.source(new ForEach(exprs, 1, 2, dtype, List.of()), 600, true);
  }

  private static String scalars() {
    List<Subgraph.Call> parts = new ArrayList<>();
    List<TensorType> inputs = new ArrayList<>();
    for (DType dtype : DType.values()) {
      parts.add(new Subgraph.Call(new Cast(dtype), List.of(inputs.size())));
      inputs.add(TensorType.scalar(dtype));
    }
    return FusedScalarsKernel.source(
        new FusedScalars(new Subgraph(inputs.size(), parts, List.of(0, inputs.size()))), inputs);
  }

  private static String source(TensorType a, TensorType b, TensorType y) {
    List<ScalarExpr> all = new ArrayList<>();
    ScalarExpr sum = ScalarExpr.ZERO;
    for (UnaryFunction function : UnaryFunction.values()) {
      sum = ScalarExpr.add(sum, ScalarExpr.unary(function, ScalarExpr.arg(0)));
    }
    for (BinaryFunction function : BinaryFunction.values()) {
      sum = ScalarExpr.add(sum, ScalarExpr.binary(function, ScalarExpr.arg(0), ScalarExpr.arg(1)));
    }
    all.add(sum);
    all.add(
        ScalarExpr.select(
            ScalarExpr.arg(1),
            ScalarExpr.constant(Double.NEGATIVE_INFINITY),
            ScalarExpr.mul(sum, ScalarExpr.constant(0.1))));
    Fused op = new Fused(all, 2, y.dtype(), y.shape());
    return ElementwiseKernels.source(op, List.of(a, b), List.of(y, y), true);
  }
}
