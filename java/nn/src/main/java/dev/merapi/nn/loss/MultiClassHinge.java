package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.nn.Default;

/**
 * Multi-class hinge loss of a support vector machine: the mean over all labels y of
 *
 * <pre>
 * sum over j != y of max(0, s_j - s_y + margin)      (westonWatkins)
 * max(0, max over j != y of s_j - s_y + margin)      (crammerSinger)
 * </pre>
 *
 * <p>for the scores s of the classes. PyTorch's MultiMarginLoss is the first, divided by the number
 * of classes. Prediction: scores [N, classes] or [T, N, classes]; target: labels, I32, of 0 to
 * classes - 1, in the scores' shape without the last axis. Source: Weston and Watkins, "Support
 * Vector Machines for Multi-Class Pattern Recognition", ESANN 1999, as in Stanford's course CS231n;
 * Crammer and Singer, "On the Algorithmic Implementation of Multiclass Kernel-based Vector
 * Machines", JMLR 2, 2001.
 *
 * @param form which of the two
 * @param margin by how much the label's score must exceed the others, above 0
 * @param squared whether each class's violation is squared
 */
public record MultiClassHinge(
    @Default("westonWatkins") Form form,
    @Default("1") double margin,
    @Default("false") boolean squared)
    implements Loss {
  /** How the violations of the classes are joined. */
  public enum Form {
    /** Summed up. */
    WESTON_WATKINS,
    /** The largest one. */
    CRAMMER_SINGER
  }

  public MultiClassHinge {
    if (!(margin > 0 && Double.isFinite(margin))) {
      throw new IllegalArgumentException("margin must be finite and above 0, found " + margin);
    }
  }

  /** Weston and Watkins's, with margin 1. */
  public MultiClassHinge() {
    this(Form.WESTON_WATKINS, 1, false);
  }

  public MultiClassHinge form(Form form) {
    return new MultiClassHinge(form, margin, squared);
  }

  public MultiClassHinge margin(double margin) {
    return new MultiClassHinge(form, margin, squared);
  }

  public MultiClassHinge squared(boolean squared) {
    return new MultiClassHinge(form, margin, squared);
  }

  @Override
  public boolean scoresClasses() {
    return true;
  }

  @Override
  public Value build(Value prediction, Value target) {
    ClassScores scores = ClassScores.of("multiClassHinge", prediction, target);
    Value hinges = Ops.relu(scores.violations(margin));
    Value each = squared ? Ops.square(hinges) : hinges;
    return Ops.mean(form == Form.WESTON_WATKINS ? Ops.sum(each, 1) : Ops.reduceMax(each, 1));
  }
}
