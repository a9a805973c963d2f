package dev.merapi.conformance.cases;

import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.graph.Op;
import dev.merapi.core.op.elementwise.Elu;
import dev.merapi.core.op.elementwise.Formula;
import dev.merapi.core.op.elementwise.Gelu;
import dev.merapi.core.op.elementwise.LeakyRelu;
import dev.merapi.core.op.elementwise.Relu;
import dev.merapi.core.op.elementwise.Silu;
import dev.merapi.core.op.elementwise.StopGradient;
import dev.merapi.core.scalar.BinaryFunction;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.scalar.UnaryFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** The activations, by the formulas of their papers. */
public final class ActivationCases {
  private ActivationCases() {}

  public static List<OpCase> all() {
    List<OpCase> cases = new ArrayList<>();
    add(cases, new Relu(), "", x -> x > 0 || Double.isNaN(x) ? x : 0);
    for (double slope : new double[] {0, 0.01, 0.3, 2}) {
      add(cases, new LeakyRelu(slope), "slope " + slope, x -> x > 0 ? x : slope * x);
    }
    for (double alpha : new double[] {0, 1, 0.5}) {
      add(cases, new Elu(alpha), "alpha " + alpha, x -> x > 0 ? x : alpha * Math.expm1(x));
    }
    add(cases, new Gelu(), "", x -> x * 0.5 * (1 + UnaryCases.erf(x / Math.sqrt(2))));
    add(cases, new Silu(), "", x -> x * (0.5 + 0.5 * Math.tanh(x / 2)));
    cases.add(
        OpCase.of(new StopGradient())
            .input(Sampler.hard(), 3, 13)
            .tolerance(Tolerance.EXACT)
            .forwardOnly()
            .expect("[3, 13]", in -> in.get(0)));
    // x sin(x) + |x| / 2, as an expression without a name
    ScalarExpr x0 = ScalarExpr.arg(0);
    ScalarExpr expr =
        ScalarExpr.add(
            ScalarExpr.mul(x0, ScalarExpr.unary(UnaryFunction.SIN, x0)),
            ScalarExpr.binary(
                BinaryFunction.DIV,
                ScalarExpr.unary(UnaryFunction.ABS, x0),
                ScalarExpr.constant(2)));
    cases.add(
        OpCase.of(new Formula(expr, 1))
            .input(Sampler.awayFrom(0), 5, 13)
            .twiceDifferentiable()
            .expect(
                "x sin(x) + |x| / 2",
                in -> UnaryCases.map(in.get(0), x -> x * StrictMath.sin(x) + Math.abs(x) * 0.5)));
    return cases;
  }

  private static void add(List<OpCase> cases, Op op, String name, DoubleUnaryOperator f) {
    cases.add(
        OpCase.of(op)
            .input(Sampler.awayFrom(0), 3, 13)
            .twiceDifferentiable()
            .expect(name + " [3, 13]", in -> UnaryCases.map(in.get(0), f)));
    cases.add(
        OpCase.of(op)
            .input(Sampler.hard(), 207)
            .tolerance(Tolerance.ELEMENTWISE)
            .forwardOnly()
            .expect(name + " hard [207]", in -> UnaryCases.map(in.get(0), f)));
  }
}
