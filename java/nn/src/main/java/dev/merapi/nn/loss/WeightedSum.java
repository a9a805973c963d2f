package dev.merapi.nn.loss;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Outputs;
import java.util.List;

/**
 * A weighted sum of losses: L = sum over i of w_i L_i(output_i, target_i), for models of several
 * tasks, auxiliary heads, and several losses of one prediction.
 *
 * <p>A term whose output is not there, because the model has it in training only, is left out: an
 * evaluation of GoogLeNet gives the main head's loss alone. Without a term that is left it is an
 * error. Source: Caruana, "Multitask Learning", Machine Learning 28, 1997.
 *
 * @param terms the losses with their weights, outputs and targets; at least one
 */
public record WeightedSum(List<Term> terms) implements Loss {
  public WeightedSum {
    terms = List.copyOf(terms);
    GraphException.check(!terms.isEmpty(), "terms: expected at least one, found none");
  }

  /** The sum of these. */
  public WeightedSum(Term... terms) {
    this(List.of(terms));
  }

  /** For a model of one output and data of one target. */
  @Override
  public Value build(Value prediction, Value target) {
    return build(Outputs.of(prediction), List.of(target));
  }

  @Override
  public Value build(Outputs outputs, List<Value> targets) {
    Value sum = null;
    for (Term term : terms) {
      if (outputs.has(term.output())) {
        Value addend = build(term, outputs, targets);
        sum = sum == null ? addend : Ops.add(sum, addend);
      }
    }
    GraphException.check(
        sum != null,
        "weightedSum: expected a term of one of the outputs %s, found %s",
        outputs.names(),
        terms.stream().map(Term::output).toList());
    return sum;
  }

  private static Value build(Term term, Outputs outputs, List<Value> targets) {
    GraphException.check(
        term.target() < targets.size(),
        "weightedSum: expected a target from 0 to %d, found %d",
        targets.size() - 1,
        term.target());
    Value loss = term.loss().build(outputs.get(term.output()), targets.get(term.target()));
    return term.weight() == 1 ? loss : Ops.mul(loss, term.weight());
  }
}
