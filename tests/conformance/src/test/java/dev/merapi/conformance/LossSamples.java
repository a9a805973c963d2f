package dev.merapi.conformance;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.loss.BidirectionalRanking;
import dev.merapi.nn.loss.BinaryCrossEntropy;
import dev.merapi.nn.loss.Contrastive;
import dev.merapi.nn.loss.ContrastiveDivergence;
import dev.merapi.nn.loss.Crf;
import dev.merapi.nn.loss.Ctc;
import dev.merapi.nn.loss.Discriminator;
import dev.merapi.nn.loss.EvidenceLowerBound;
import dev.merapi.nn.loss.Generator;
import dev.merapi.nn.loss.Hinge;
import dev.merapi.nn.loss.Huber;
import dev.merapi.nn.loss.KlDivergence;
import dev.merapi.nn.loss.Logistic;
import dev.merapi.nn.loss.Loss;
import dev.merapi.nn.loss.MarginRanking;
import dev.merapi.nn.loss.MeanAbsoluteError;
import dev.merapi.nn.loss.MeanBiasError;
import dev.merapi.nn.loss.MeanSquaredError;
import dev.merapi.nn.loss.MultiClassHinge;
import dev.merapi.nn.loss.NegativeSampling;
import dev.merapi.nn.loss.PairwiseRanking;
import dev.merapi.nn.loss.Perceptron;
import dev.merapi.nn.loss.SmoothL1;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.nn.loss.SquaredError;
import dev.merapi.nn.loss.Term;
import dev.merapi.nn.loss.TopKHinge;
import dev.merapi.nn.loss.TripletMargin;
import dev.merapi.nn.loss.TripletSemiHard;
import dev.merapi.nn.loss.WeightedSum;
import java.util.List;
import java.util.stream.Stream;

/** Every loss there is, on predictions and targets of odd sizes; a new loss gets one line. */
final class LossSamples {
  /**
   * A loss with certain options, and what it is held against.
   *
   * @param outputs the names of the model's outputs that it takes, the prediction first
   * @param prediction the type of each of these, F32, of normal numbers
   * @param target F32 of numbers from 0 to 1, or I32
   * @param labels how many there are of an I32 target, from 0
   */
  record LossSample(
      Loss loss, List<String> outputs, TensorType prediction, TensorType target, int labels) {
    /** Of the prediction alone. */
    LossSample(Loss loss, TensorType prediction, TensorType target, int labels) {
      this(loss, List.of(Outputs.ALONE), prediction, target, labels);
    }

    @Override
    public String toString() {
      return loss + " of " + prediction + " and " + target;
    }
  }

  private LossSamples() {}

  static List<LossSample> all() {
    return Stream.of(numbers(), labels(), others(), several()).flatMap(List::stream).toList();
  }

  private static LossSample numbers(Loss loss, int... dims) {
    return new LossSample(loss, TensorType.f32(dims), TensorType.f32(dims), 0);
  }

  /** Labels in the prediction's shape without the last axis. */
  private static LossSample labels(Loss loss, int... dims) {
    TensorType prediction = TensorType.f32(dims);
    Shape places = prediction.shape().slice(0, dims.length - 1);
    return new LossSample(
        loss, prediction, new TensorType(DType.I32, places), dims[dims.length - 1]);
  }

  private static LossSample integers(Loss loss, int labels, int... dims) {
    TensorType prediction = TensorType.f32(dims);
    return new LossSample(loss, prediction, new TensorType(DType.I32, prediction.shape()), labels);
  }

  private static List<LossSample> numbers() {
    return List.of(
        numbers(new MeanSquaredError(), 13, 7),
        numbers(new MeanAbsoluteError(), 13, 7),
        numbers(new MeanBiasError(), 207),
        numbers(new SquaredError(), 13, 3, 5),
        numbers(new Huber(0.6), 13, 7),
        numbers(new SmoothL1(0.6), 13, 7),
        numbers(new BinaryCrossEntropy(), 13, 7),
        numbers(new NegativeSampling(), 13, 7),
        numbers(new BinaryCrossEntropy().posWeight(3).labelSmoothing(0.1), 13, 7),
        numbers(new KlDivergence(), 13, 5),
        numbers(new Logistic(), 13, 1),
        numbers(new Hinge(true), 13, 7),
        numbers(new Perceptron(), 13, 7),
        numbers(
            new WeightedSum(
                new Term(new MeanSquaredError()), new Term(new MeanAbsoluteError()).weight(0.3)),
            13,
            7));
  }

  private static List<LossSample> labels() {
    SoftmaxCrossEntropy softmax = new SoftmaxCrossEntropy();
    MultiClassHinge hinge = new MultiClassHinge();
    return List.of(
        labels(softmax, 13, 5),
        labels(softmax.classWeights(1.0, 2.0, 2.0, 0.5, 1.0), 13, 5),
        labels(softmax.ignoreIndex(3), 4, 7, 5),
        labels(softmax.classWeights(1.0, 0.0, 2.0).labelSmoothing(0.1).ignoreIndex(2), 13, 3),
        labels(hinge, 13, 5),
        labels(hinge.form(MultiClassHinge.Form.CRAMMER_SINGER).squared(true), 4, 7, 5),
        labels(new TopKHinge(3), 13, 10),
        labels(new Logistic(), 13, 1),
        labels(new BinaryCrossEntropy(), 13, 1),
        integers(new BinaryCrossEntropy().ignoreTarget(2), 3, 13, 7));
  }

  private static List<LossSample> others() {
    TensorType signs = new TensorType(DType.I32, Shape.of(13));
    PairwiseRanking ranking = new PairwiseRanking();
    TensorType places = new TensorType(DType.I32, Shape.of(3, 7));
    TensorType words = new TensorType(DType.I32, Shape.of(3, 3));
    return List.of(
        new LossSample(new Ctc(), TensorType.f32(3, 13, 5), words, 5),
        new LossSample(new Ctc(4, 3, true), TensorType.f32(3, 4, 5), words, 4),
        new LossSample(new Crf(), TensorType.f32(3, 7, 7, 5), places, 5),
        new LossSample(new Crf(4), TensorType.f32(3, 7, 7, 5), places, 5),
        new LossSample(new MarginRanking(0.5), TensorType.f32(13, 2), signs, 2),
        integers(new Contrastive(), 2, 13),
        new LossSample(new BidirectionalRanking(), TensorType.f32(13, 13), signs, 5),
        integers(ranking, 3, 5, 7),
        integers(ranking.form(PairwiseRanking.Form.HINGE), 4, 13),
        new LossSample(new TripletMargin(), TensorType.f32(13, 3, 5), signs, 2),
        new LossSample(new TripletSemiHard(1), TensorType.f32(13, 5), signs, 4));
  }

  /** Of several outputs of one type. */
  private static List<LossSample> several() {
    TensorType rows = TensorType.f32(13, 7);
    List<String> judged = List.of("real", "fake");
    List<String> coded = List.of("reconstruction", "mean", "logVariance");
    List<String> energies = List.of("reconstruction", "freeEnergyDifference");
    return List.of(
        new LossSample(new Discriminator(0.1), judged, rows, rows, 0),
        new LossSample(new Generator(), judged, rows, rows, 0),
        new LossSample(new EvidenceLowerBound(0.5), coded, rows, rows, 0),
        new LossSample(new ContrastiveDivergence(), energies, rows, rows, 0));
  }
}
