package dev.merapi.conformance.cases;

import static dev.merapi.core.scalar.ScalarExpr.add;
import static dev.merapi.core.scalar.ScalarExpr.arg;
import static dev.merapi.core.scalar.ScalarExpr.constant;
import static dev.merapi.core.scalar.ScalarExpr.mul;
import static dev.merapi.core.scalar.ScalarExpr.select;
import static dev.merapi.core.scalar.ScalarExpr.unary;

import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.core.op.elementwise.Fused;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.scalar.UnaryFunction;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** Regions as the compiler makes them, and the constants that may stand beside them. */
public final class FusedCases {
  private FusedCases() {}

  public static List<OpCase> all() {
    Shape shape = Shape.of(5, 13);
    return List.of(
        OpCase.of(
                dtype ->
                    new Fused(
                        List.of(
                            unary(UnaryFunction.TANH, add(mul(arg(0), arg(1)), constant(0.5))),
                            add(arg(0), arg(0))),
                        2,
                        dtype,
                        shape))
            .input(Sampler.normal(), 5, 13)
            .input(Sampler.normal(), 13)
            .forwardOnly()
            .expectAll(
                "two outputs, one input broadcast",
                in ->
                    List.of(
                        NdArray.generate(
                            shape,
                            i ->
                                1
                                    - 2
                                        / (1
                                            + Math.exp(
                                                1 + 2 * in.get(0).at(i) * in.get(1).at(i[1])))),
                        NdArray.generate(shape, i -> 2 * in.get(0).at(i)))),
        OpCase.of(
                dtype ->
                    new Fused(
                        List.of(select(arg(0), mul(arg(1), arg(2)), arg(1))), 3, dtype, shape))
            .input(Sampler.truths(), DType.U8, 5, 1)
            .input(Sampler.integers(-9, 9), DType.I32, 13)
            .input(Sampler.normal())
            .forwardOnly()
            .expect(
                "mixed element types",
                in ->
                    NdArray.generate(
                        shape,
                        i ->
                            in.get(1).at(i[1])
                                * (in.get(0).at(i[0], 0) == 1 ? in.get(2).at() : 1))),
        OpCase.of(dtype -> new Constant(new TensorType(dtype, shape), 1.5))
            .forwardOnly()
            .expect("1.5", in -> NdArray.generate(shape, i -> 1.5)));
  }
}
