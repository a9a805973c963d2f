package dev.merapi.backend.reference;

import dev.merapi.core.graph.Elementwise;
import dev.merapi.core.scalar.ScalarExpr;
import dev.merapi.core.tensor.Positions;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.List;

/** Runs any elementwise op by evaluating its scalar expressions for each element. */
final class ElementwiseKernels {
  private ElementwiseKernels() {}

  /** A scalar expression made ready to be evaluated many times. */
  @FunctionalInterface
  private interface Evaluator {
    double eval(double[] arguments);
  }

  static ReferenceKernel create(
      Elementwise op, List<TensorType> inputTypes, List<TensorType> outputTypes) {
    Shape shape = outputTypes.get(0).shape();
    int arity = inputTypes.size();
    int[][] positions = new int[arity][];
    for (int i = 0; i < arity; i++) {
      boolean same = inputTypes.get(i).shape().equals(shape);
      positions[i] = same ? null : Positions.broadcast(inputTypes.get(i).shape(), shape);
    }
    Evaluator[] evaluators =
        op.exprs().stream().map(ElementwiseKernels::compile).toArray(Evaluator[]::new);
    double[] arguments = new double[arity];
    double[] results = new double[evaluators.length];
    int elements = shape.elements();
    return (inputs, outputs) -> {
      for (int i = 0; i < elements; i++) {
        for (int k = 0; k < arity; k++) {
          arguments[k] = inputs[k].get(positions[k] == null ? i : positions[k][i]);
        }
        // All results before the first store: an output may lie where an input does.
        for (int k = 0; k < results.length; k++) {
          results[k] = evaluators[k].eval(arguments);
        }
        for (int k = 0; k < results.length; k++) {
          outputs[k].set(i, results[k]);
        }
      }
    };
  }

  private static Evaluator compile(ScalarExpr expr) {
    if (expr instanceof ScalarExpr.Arg a) {
      int index = a.index();
      return x -> x[index];
    } else if (expr instanceof ScalarExpr.Const c) {
      double value = c.value();
      return x -> value;
    } else if (expr instanceof ScalarExpr.Unary u) {
      Evaluator inner = compile(u.x());
      return x -> u.function().apply(inner.eval(x));
    } else if (expr instanceof ScalarExpr.Binary b) {
      Evaluator left = compile(b.a());
      Evaluator right = compile(b.b());
      return x -> b.function().apply(left.eval(x), right.eval(x));
    }
    ScalarExpr.Select s = (ScalarExpr.Select) expr;
    Evaluator condition = compile(s.condition());
    Evaluator ifTrue = compile(s.ifTrue());
    Evaluator ifFalse = compile(s.ifFalse());
    return x -> condition.eval(x) != 0 ? ifTrue.eval(x) : ifFalse.eval(x);
  }
}
