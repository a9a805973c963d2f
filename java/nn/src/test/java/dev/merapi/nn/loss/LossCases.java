package dev.merapi.nn.loss;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Outputs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Every loss on small numbers, away from its kinks. Golden values are PyTorch 2.15's, in F64, with
 * {@code import torch.nn.functional as F} and
 *
 * <pre>
 * P = [[.5,-1.25],[2,.75],[-.3,3]]; T = [[1,-1],[0,.5],[.2,-1]]; B = [[0,1],[1,0],[1,.25]]
 * S = [[1,-1],[-1,1],[1,1]]; L = [[.5,-1.25,2],[.75,-.3,3],[1,.2,-.7],[-2,.4,.9]]; y = [2,0,1,2]
 * </pre>
 */
final class LossCases {
  private static final double[] P = {.5, -1.25, 2, .75, -.3, 3};
  private static final double[] L = {.5, -1.25, 2, .75, -.3, 3, 1, .2, -.7, -2, .4, .9};

  private static final HostTensor NUMBERS = numbers(Shape.of(3, 2), P);
  private static final HostTensor TARGETS = numbers(Shape.of(3, 2), 1, -1, 0, .5, .2, -1);
  private static final HostTensor PROBABILITIES = numbers(Shape.of(3, 2), 0, 1, 1, 0, 1, .25);
  private static final HostTensor ONES = numbers(Shape.of(3, 2), 1, 1, 1, 1, 1, 1);
  private static final HostTensor SIGNS = numbers(Shape.of(3, 2), 1, -1, -1, 1, 1, 1);
  private static final HostTensor BITS = HostTensor.of(Shape.of(3, 2), 1, 0, 0, 1, 1, 1);
  private static final HostTensor LOGITS = numbers(Shape.of(4, 3), L);
  private static final HostTensor LABELS = HostTensor.of(Shape.of(4), 2, 0, 1, 2);
  private static final HostTensor SEQUENCES = numbers(Shape.of(2, 2, 3), L);
  private static final HostTensor SEQUENCE_LABELS = HostTensor.of(Shape.of(2, 2), 2, 0, 1, 2);

  private LossCases() {}

  static HostTensor numbers(Shape shape, double... values) {
    return HostTensor.of(new TensorType(DType.F64, shape), values);
  }

  static List<LossCase> all() {
    List<LossCase> cases = new ArrayList<>();
    Stream.of(
            regression(),
            crossEntropy(),
            twoClasses(),
            hinges(),
            distributions(),
            ranking(),
            pairs(),
            matches(),
            sums(),
            adversaries(),
            bounds(),
            alignments(),
            chains())
        .forEach(cases::addAll);
    return cases;
  }

  private static LossCase numbers(String name, Loss loss, double expected) {
    return new LossCase(name, loss, NUMBERS, TARGETS, expected);
  }

  /** Distances .5, 2, .75 of one class, two, and two: .25, 0 and .0625 of a margin of 1. */
  private static List<LossCase> pairs() {
    HostTensor distances = numbers(Shape.of(3), .5, 2, .75);
    HostTensor same = HostTensor.of(Shape.of(3), 1, 0, 0);
    return List.of(
        new LossCase("contrastive", new Contrastive(), distances, same, (.25 + 0 + .0625) / 2 / 3),
        // (3 - 2)^2 and (3 - .75)^2
        new LossCase(
            "contrastive, margin 3",
            new Contrastive(3),
            distances,
            same,
            (.25 + 1 + 5.0625) / 2 / 3));
  }

  /**
   * Of the first sample only the second is another: .2 - .5 + .45; of the second both are: .2 - .6
   * + .45 and .2 - .6 + .7; of the third the second: .2 - .8 + .7. The first and the third are one.
   */
  private static List<LossCase> matches() {
    HostTensor scores = numbers(Shape.of(3, 3), .5, .45, .9, .2, .6, .7, .3, -.1, .8);
    HostTensor texts = HostTensor.of(Shape.of(3, 2), 1, 2, 1, 3, 1, 2);
    double expected = (.15 + .05 + .3 + .1) / 3;
    return List.of(
        new LossCase("bidirectional", new BidirectionalRanking(), scores, texts, expected));
  }

  private static List<LossCase> sums() {
    WeightedSum both =
        new WeightedSum(
            new Term(new MeanSquaredError()), new Term(new MeanAbsoluteError()).weight(2));
    return List.of(numbers("F.mse_loss(P, T) + 2 F.l1_loss(P, T)", both, 3.4375 + 2.5));
  }

  /** round(2 sin(1.7 i i + .3 i), 2) */
  private static HostTensor waves(int... dims) {
    double[] values = new double[Shape.of(dims).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.rint(200 * Math.sin(1.7 * i * i + .3 * i)) / 100;
    }
    return numbers(Shape.of(dims), values);
  }

  /** X = waves [2, 5, 4]; F.ctc_loss(F.log_softmax(X, -1).transpose(0, 1), y, lengths, counts). */
  private static List<LossCase> alignments() {
    Ctc ctc = new Ctc();
    HostTensor x = waves(2, 5, 4);
    HostTensor labels = HostTensor.of(Shape.of(2, 2), 1, 2, 3, 0);
    Loss shorter = (prediction, target) -> withLengths(ctc, prediction, target, 5, 3);
    Loss four = (p, target) -> withLengths(ctc.zeroInfinity(true), p, target, 4, 5);
    return List.of(
        new LossCase("y = [[1,2],[3]]", ctc, x, labels, 3.8224980950),
        new LossCase("lengths 5 and 3", shorter, x, labels, 2.6214612684),
        new LossCase(
            "y = [[1,1,2],[3,3]]",
            ctc.ignoreIndex(-1),
            x,
            HostTensor.of(Shape.of(2, 3), 1, 1, 2, 3, 3, -1),
            2.1226829100),
        new LossCase(
            "y = [[0,1,1],[3]], blank=2",
            ctc.blank(2),
            x,
            HostTensor.of(Shape.of(2, 3), 0, 1, 1, 3, 2, 2),
            4.3540206145),
        new LossCase(
            "y = [[1],[]]", ctc, x, HostTensor.of(Shape.of(2, 2), 1, 0, 0, 0), 6.4030638591),
        new LossCase(
            "y = [[1,1,1],[2]], lengths 4 and 5, zero_infinity=True",
            four,
            x,
            HostTensor.of(Shape.of(2, 3), 1, 1, 1, 2, 0, 0),
            2.9064100947));
  }

  private static Value withLengths(Ctc ctc, Value prediction, Value target, int... lengths) {
    Value[] each = new Value[lengths.length];
    for (int n = 0; n < lengths.length; n++) {
      TensorType one = new TensorType(DType.I32, Shape.of(1));
      each[n] = Constant.of(prediction.graph(), one, lengths[n]);
    }
    return ctc.build(Outputs.of(prediction), List.of(target, Ops.concat(0, each)));
  }

  /** By loops over all label sequences, in Python. */
  private static List<LossCase> chains() {
    Crf crf = new Crf();
    HostTensor x = waves(2, 3, 4, 2);
    return List.of(
        new LossCase(
            "y = 101, 001", crf, x, HostTensor.of(Shape.of(2, 3), 1, 0, 1, 0, 0, 1), 4.7355915924),
        new LossCase(
            "y = 101, 1",
            crf.ignoreIndex(-1),
            x,
            HostTensor.of(Shape.of(2, 3), 1, 0, 1, 1, -1, 0),
            1.6078957666),
        new LossCase(
            "y = 10, nothing",
            crf.ignoreIndex(2),
            x,
            HostTensor.of(Shape.of(2, 3), 1, 0, 2, 2, 2, 2),
            1.8336781066));
  }

  private static List<LossCase> regression() {
    return List.of(
        numbers("F.mse_loss(P, T)", new MeanSquaredError(), 3.4375),
        // the sums of squares of the rows are .3125, 4.0625, 16.25
        numbers("half the squares of rows", new SquaredError(), (.3125 + 4.0625 + 16.25) / 6),
        numbers("squares of rows", new SquaredError(false), (.3125 + 4.0625 + 16.25) / 3),
        numbers("F.l1_loss(P, T)", new MeanAbsoluteError(), 1.25),
        // -.5, -.25, 2, .25, -.5, 4
        numbers("mean difference", new MeanBiasError(), 5.0 / 6),
        numbers("F.huber_loss(P, T)", new Huber(), 0.8854166667),
        numbers("F.huber_loss(P, T, delta=.6)", new Huber(.6), 0.5920833333),
        numbers("F.smooth_l1_loss(P, T, beta=.6)", new SmoothL1(.6), 0.9868055556),
        numbers(
            "half of the first and twice the third",
            new WeightedSum(
                new Term(new MeanSquaredError()).weight(.5),
                new Term(new MeanAbsoluteError()).weight(2)),
            3.4375 / 2 + 1.25 * 2));
  }

  private static LossCase labels(String name, Loss loss, double expected) {
    return new LossCase(name, loss, LOGITS, LABELS, expected);
  }

  private static List<LossCase> crossEntropy() {
    SoftmaxCrossEntropy plain = new SoftmaxCrossEntropy();
    SoftmaxCrossEntropy weighted = plain.classWeights(.5, 2.0, 1.5);
    HostTensor ignored = HostTensor.of(Shape.of(4), 2, -100, 1, 2);
    return List.of(
        labels("F.cross_entropy(L, y)", plain, 1.1033043719),
        labels("F.cross_entropy(L, y, weight=[.5,2,1.5])", weighted, 0.8875826957),
        labels("cross_entropy with equal weights", plain.classWeights(2., 2., 2.), 1.1033043719),
        labels("..., label_smoothing=.1", plain.labelSmoothing(.1), 1.1620543719),
        labels("..., weight, label_smoothing=.1", weighted.labelSmoothing(.1), 0.9626296986),
        new LossCase(
            "F.cross_entropy(L, [2,-100,1,2])",
            plain.ignoreIndex(-100),
            LOGITS,
            ignored,
            0.6767297095),
        new LossCase(
            "..., label_smoothing=.1)",
            plain.ignoreIndex(-100).labelSmoothing(.1),
            LOGITS,
            ignored,
            0.7683963761),
        new LossCase(
            "F.cross_entropy(L, [2,1,1,0], weight, label_smoothing=.2, ignore_index=1)",
            weighted.labelSmoothing(.2).ignoreIndex(1),
            LOGITS,
            HostTensor.of(Shape.of(4), 2, 1, 1, 0),
            1.2431738665),
        new LossCase("of sequences", plain, SEQUENCES, SEQUENCE_LABELS, 1.1033043719),
        new LossCase(
            "nothing counts",
            plain.ignoreIndex(7),
            LOGITS,
            HostTensor.of(Shape.of(4), 7, 7, 7, 7),
            0));
  }

  private static LossCase probabilities(String name, Loss loss, double expected) {
    return new LossCase(name, loss, NUMBERS, PROBABILITIES, expected);
  }

  private static List<LossCase> twoClasses() {
    BinaryCrossEntropy binary = new BinaryCrossEntropy();
    HostTensor column = numbers(Shape.of(6, 1), P);
    HostTensor flatBits = HostTensor.of(Shape.of(6), 1, 0, 0, 1, 1, 1);
    return List.of(
        probabilities("F.binary_cross_entropy_with_logits(P, B)", binary, 1.1487912798),
        probabilities("..., pos_weight=3)", binary.posWeight(3), 1.9805776714),
        probabilities("...(P, .8 B + .1)", binary.labelSmoothing(.2), 1.1104579465),
        probabilities("both", binary.labelSmoothing(.2).posWeight(3), 1.8889786490),
        probabilities("..., reduction='sum') / 3", new NegativeSampling(), 2.2975825596),
        probabilities("... over [B != 1]", binary.ignoreTarget(1), 1.4698451140),
        new LossCase("nothing counts", binary.ignoreTarget(1), NUMBERS, ONES, 0),
        new LossCase("F.soft_margin_loss(P, S)", new Logistic(), NUMBERS, SIGNS, 0.6904579465),
        new LossCase("... of labels 0 and 1", new Logistic(), NUMBERS, BITS, 0.6904579465),
        new LossCase("... of a column", new Logistic(), column, flatBits, 0.6904579465),
        new LossCase("the same by probabilities", binary, column, flatBits, 0.6904579465),
        new LossCase("(1 - S * P).clamp(min=0).mean()", new Hinge(), NUMBERS, SIGNS, 0.8416666667),
        new LossCase("its squares", new Hinge(true), NUMBERS, BITS, 1.83375),
        // y z is -2 and -.3 where it is below 0
        new LossCase("max(0, -y z)", new Perceptron(), NUMBERS, SIGNS, 2.3 / 6));
  }

  private static List<LossCase> hinges() {
    MultiClassHinge sum = new MultiClassHinge();
    MultiClassHinge most = sum.form(MultiClassHinge.Form.CRAMMER_SINGER);
    return List.of(
        labels("3 * F.multi_margin_loss(L, y)", sum, 1.4125),
        labels("..., p=2, margin=.8)", sum.margin(.8).squared(true), 2.988125),
        new LossCase("of sequences", sum, SEQUENCES, SEQUENCE_LABELS, 1.4125),
        // the worst violations are 0 (.5 to 2), 3.25, 1.8, .5
        labels("max(0, max s_j - s_y + 1)", most, (3.25 + 1.8 + .5) / 4),
        labels("squared", most.squared(true), (3.25 * 3.25 + 1.8 * 1.8 + .25) / 4),
        labels("top 1", new TopKHinge(1), (3.25 + 1.8 + .5) / 4),
        // the two largest of (-.5, -2.25, 0), (0, -.05, 3.25), (1.8, 0, .1), (-1.9, .5, 0)
        labels("top 2", new TopKHinge(2), (0 + 3.25 / 2 + 1.9 / 2 + .25) / 4),
        labels("top 2, margin .6", new TopKHinge(2).margin(.6), (2.85 / 2 + 1.4 / 2 + .1 / 2) / 4));
  }

  private static List<LossCase> distributions() {
    HostTensor wanted = numbers(Shape.of(2, 3), .2, .5, .3, 0, .1, .9);
    double[] rows = Arrays.copyOf(L, 6);
    return List.of(
        new LossCase(
            "F.kl_div(F.log_softmax(L[:2], 1), T, reduction='batchmean')",
            new KlDivergence(),
            numbers(Shape.of(2, 3), rows),
            wanted,
            0.6329571774),
        new LossCase(
            "log-probabilities",
            new KlDivergence(),
            numbers(Shape.of(1, 2), Math.log(1 / 8.), Math.log(7 / 8.)),
            numbers(Shape.of(1, 2), 1 / 4., 3 / 4.),
            Math.log(2) / 4 + Math.log(6 / 7.) * 3 / 4));
  }

  private static List<LossCase> ranking() {
    PairwiseRanking logistic = new PairwiseRanking();
    HostTensor relevance = HostTensor.of(Shape.of(4, 3), 2, 0, 1, 1, 1, 0, 0, 0, 0, 0, 3, 1);
    HostTensor signs = numbers(Shape.of(3), 1, -1, 1);
    double[] embeddings = {.6, .8, .8, .6, 1, 0, 0, 1, -.5, .9, .3, .96, .95, -.3};
    HostTensor points = numbers(Shape.of(7, 2), embeddings);
    HostTensor labels = HostTensor.of(Shape.of(7), 0, 0, 1, 1, 0, 1, 2);
    return List.of(
        new LossCase(
            "F.margin_ranking_loss(P[:, 0], P[:, 1], [1, -1, 1], margin=.4)",
            new MarginRanking(.4),
            NUMBERS,
            signs,
            1.7833333333),
        new LossCase(
            "F.triplet_margin_loss(E[:, 0], E[:, 1], E[:, 2], margin=.5), E below",
            new TripletMargin(.5),
            numbers(Shape.of(2, 3, 2), .1, .2, .3, .1, 1, .5, .5, .5, .4, 1.2, .6, .4),
            HostTensor.of(Shape.of(2), 0, 0),
            0.5328422882),
        new LossCase("..., no margin", new MarginRanking(), NUMBERS, signs, 1.5166666667),
        // by loops over all pairs, as is the next one
        new LossCase("RankNet", logistic, LOGITS, relevance, 1.0875725663),
        new LossCase(
            "ranking SVM",
            logistic.form(PairwiseRanking.Form.HINGE).margin(.7),
            LOGITS,
            relevance,
            1.29375),
        new LossCase(
            "the batch as a list",
            logistic,
            numbers(Shape.of(4, 1), .5, .75, 1, -2),
            HostTensor.of(Shape.of(4), 1, 0, 2, 1),
            0.9473021529),
        // by loops over anchors, positives and negatives
        new LossCase("semi-hard", new TripletSemiHard(), points, labels, 0.1339166667),
        new LossCase("margin 1", new TripletSemiHard(1), points, labels, 0.5930333333),
        new LossCase(
            "no negatives",
            new TripletSemiHard(),
            points,
            HostTensor.of(Shape.of(7), 3, 3, 3, 3, 3, 3, 3),
            0));
  }

  /**
   * For real logits .5, -1.25, 2 and made ones .75, -.3, 3 by {@code
   * F.binary_cross_entropy_with_logits}, with targets 1, 0.9 and 0.
   */
  private static List<LossCase> adversaries() {
    HostTensor logits = numbers(Shape.of(3, 2), .5, .75, -1.25, -.3, 2, 3);
    Function<Value, Outputs> split =
        x ->
            Outputs.of("real", Ops.slice(x, List.of(0, 0), List.of(3, 1)))
                .and("fake", Ops.slice(x, List.of(0, 1), List.of(3, 2)));
    return List.of(
        new LossCase("discriminator", new Discriminator(), logits, logits, 2.280915892909, split),
        new LossCase(
            "smoothed discriminator",
            new Discriminator(0.1),
            logits,
            logits,
            2.322582559575,
            split),
        new LossCase("generator", new Generator(), logits, logits, 0.429937867386, split));
  }

  /**
   * Four logits, two means and two logarithms of variances for each of two samples; by {@code
   * F.binary_cross_entropy_with_logits(..., reduction='sum') / 2} and {@code
   * torch.distributions.kl_divergence} of normal distributions.
   */
  private static List<LossCase> bounds() {
    HostTensor all =
        numbers(
            Shape.of(2, 8), .5, -1.25, 2, .75, .3, -.7, -.2, .4, -.3, 3, 1, .2, 1.1, .6, .5, -1);
    HostTensor target = numbers(Shape.of(2, 4), 0, 1, 1, .25, 1, 0, .5, 1);
    Function<Value, Outputs> split =
        x ->
            Outputs.of("reconstruction", Ops.slice(x, List.of(0, 0), List.of(2, 4)))
                .and("mean", Ops.slice(x, List.of(0, 4), List.of(2, 6)))
                .and("logVariance", Ops.slice(x, List.of(0, 6), List.of(2, 8)));
    return List.of(
        new LossCase("bound", new EvidenceLowerBound(), all, target, 5.127613158460, split),
        new LossCase("beta 4", new EvidenceLowerBound(4), all, target, 7.210480280404, split),
        new LossCase(
            "contrastive divergence",
            new ContrastiveDivergence(),
            numbers(Shape.of(3), -1.5, .25, .5),
            numbers(Shape.of(3), 0, 0, 0),
            -.25,
            x -> Outputs.of("freeEnergyDifference", x)));
  }
}
