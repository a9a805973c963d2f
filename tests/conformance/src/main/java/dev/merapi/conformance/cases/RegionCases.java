package dev.merapi.conformance.cases;

import static dev.merapi.core.scalar.ScalarExpr.add;
import static dev.merapi.core.scalar.ScalarExpr.arg;
import static dev.merapi.core.scalar.ScalarExpr.constant;
import static dev.merapi.core.scalar.ScalarExpr.mul;
import static dev.merapi.core.scalar.ScalarExpr.sub;
import static dev.merapi.core.scalar.ScalarExpr.unary;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.core.graph.Subgraph;
import dev.merapi.core.op.elementwise.Cast;
import dev.merapi.core.op.elementwise.ForEach;
import dev.merapi.core.op.elementwise.Formula;
import dev.merapi.core.op.elementwise.FusedScalars;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Updates of many tensors, and the arithmetic of a control block. */
public final class RegionCases {
  private RegionCases() {}

  public static List<OpCase> all() {
    return List.of(
        momentum("of 1 and of 207", 1, 207),
        momentum("of one tile and of one more", 1024, 1025),
        momentum("of many tiles", 4098),
        withoutSharedInputs(),
        control());
  }

  /** b' = 0.5 b + g and p' = p - rate b'. */
  private static OpCase momentum(String name, int... sizes) {
    ScalarExpr next = add(mul(arg(2), constant(0.5)), arg(3));
    List<ScalarExpr> exprs = List.of(sub(arg(1), mul(arg(0), next)), next);
    List<Shape> shapes = IntStream.of(sizes).mapToObj(Shape::of).toList();
    OpCase.Builder builder =
        OpCase.of(dtype -> new ForEach(exprs, 1, 3, dtype, shapes)).input(Sampler.normal());
    for (int size : sizes) {
      builder.input(Sampler.normal(), size).input(Sampler.normal(), size);
      builder.input(Sampler.normal(), size);
    }
    return builder
        .forwardOnly()
        .expectAll(
            name,
            in -> {
              List<NdArray> out = new ArrayList<>();
              double rate = in.get(0).at();
              for (int i = 0; i < sizes.length; i++) {
                NdArray p = in.get(1 + 3 * i);
                NdArray b = in.get(2 + 3 * i);
                NdArray g = in.get(3 + 3 * i);
                out.add(
                    NdArray.generate(p.shape(), at -> p.at(at) - rate * (b.at(at) / 2 + g.at(at))));
                out.add(NdArray.generate(p.shape(), at -> b.at(at) / 2 + g.at(at)));
              }
              return out;
            });
  }

  private static OpCase withoutSharedInputs() {
    List<Shape> shapes = List.of(Shape.of(3, 5), Shape.SCALAR, Shape.of(2, 2));
    return OpCase.of(dtype -> new ForEach(List.of(mul(arg(0), arg(0))), 0, 1, dtype, shapes))
        .input(Sampler.normal(), 3, 5)
        .input(Sampler.normal())
        .input(Sampler.normal(), 2, 2)
        .forwardOnly()
        .expectAll(
            "without shared inputs",
            in ->
                in.stream()
                    .map(x -> NdArray.generate(x.shape(), at -> x.at(at) * x.at(at)))
                    .toList());
  }

  /** The step's number goes on, and its root, in F32, is what the sum grows by. */
  private static OpCase control() {
    Subgraph body =
        new Subgraph(
            2,
            List.of(
                new Subgraph.Call(new Formula(add(arg(0), constant(1)), 1), List.of(0)),
                new Subgraph.Call(new Cast(DType.F32), List.of(2)),
                new Subgraph.Call(new Formula(unary(UnaryFunction.SQRT, arg(0)), 1), List.of(3)),
                new Subgraph.Call(new Cast(DType.F64), List.of(4)),
                new Subgraph.Call(new Formula(add(arg(0), arg(1)), 2), List.of(1, 5))),
            List.of(6, 2));
    return OpCase.of(new FusedScalars(body))
        .input(Sampler.integers(0, 9), DType.I32)
        .input(Sampler.normal(), DType.F64)
        .outputTypes(DType.F64, DType.I32)
        .dtypes(DType.F32)
        .forwardOnly()
        .expectAll(
            "element types in turn",
            in -> {
              double next = in.get(0).at() + 1;
              double root = (float) Math.sqrt(next);
              return List.of(
                  NdArray.generate(Shape.SCALAR, at -> in.get(1).at() + root),
                  NdArray.generate(Shape.SCALAR, at -> next));
            });
  }
}
