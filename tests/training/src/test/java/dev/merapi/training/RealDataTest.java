package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.runtime.Backends;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the built-in jobs learn of real data, in {@code MERAPI_DATA}. */
@Tag("slow")
class RealDataTest {
  private final long start = System.nanoTime();

  @BeforeEach
  void requireData() {
    assumeTrue(Backends.availability().get("cpu").usable());
    assumeTrue(System.getenv("MERAPI_DATA") != null, "needs data sets in MERAPI_DATA");
  }

  @Test
  void lenet5OnMnist() throws Exception {
    TrainedJob trained = TrainedJob.of("lenet5-mnist", List.of());
    Results.keep("lenet5-mnist", trained.toString(), start);
    assertThat(trained.accuracy()).isGreaterThanOrEqualTo(0.99);
  }

  @Test
  void vggOnCifar10() throws Exception {
    TrainedJob trained = TrainedJob.of("vgg-cifar10", List.of());
    Results.keep("vgg-cifar10", trained.toString(), start);
    assertThat(trained.accuracy()).isGreaterThanOrEqualTo(0.72);
  }

  /** What augmentation is worth. */
  @Test
  void vggOnCifar10WithoutAugmentation() throws Exception {
    TrainedJob trained = TrainedJob.of("vgg-cifar10", List.of("data.augment=[]"));
    Results.keep("vgg-cifar10 without augmentation", trained.toString(), start);
    assertThat(trained.accuracy()).isGreaterThan(0.5);
  }

  @Test
  void charRnnOnShakespeare() throws Exception {
    TrainedJob trained = TrainedJob.of("char-rnn", List.of());
    Results.keep(
        "char-rnn",
        "validation loss %.4f nats per character, after %d epochs of %,d pieces"
            .formatted(trained.test().loss(), trained.epochs(), trained.samples()),
        start);
    assertThat(trained.test().loss()).isLessThan(1.55);
  }

  /** Each seed keeps another tenth of the sentences for the test, and begins with other weights. */
  @Test
  void sentimentOfFilmReviews() throws Exception {
    double convolutional = sentiment("sentiment-cnn");
    double recurrent = sentiment("sentiment-lstm");
    assertThat(Math.max(convolutional, recurrent)).isGreaterThanOrEqualTo(0.74);
  }

  private double sentiment(String job) throws Exception {
    long begin = System.nanoTime();
    List<Double> accuracies = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      List<String> settings =
          List.of(
              "seed=" + seed,
              "data.train.dataset.rt-polarity.seed=" + seed,
              "data.test.dataset.rt-polarity.seed=" + seed);
      accuracies.add(TrainedJob.of(job, settings).accuracy());
    }
    double mean = accuracies.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    Results.keep(
        job,
        "test accuracy %.4f, the mean of three seeds: %s"
            .formatted(
                mean, accuracies.stream().map("%.4f"::formatted).collect(Collectors.joining(", "))),
        begin);
    return mean;
  }

  @Test
  void translationWithAttention() throws Exception {
    TranslationJob trained = TranslationJob.of("seq2seq", List.of());
    Results.keep("seq2seq", trained.toString(), start);
    assertThat(trained.beam()).isGreaterThanOrEqualTo(25);
  }

  /** What attention is worth. */
  @Test
  void translationWithoutAttention() throws Exception {
    TranslationJob trained = TranslationJob.of("seq2seq", List.of("model.seq2seq.attention=null"));
    Results.keep("seq2seq without attention", trained.toString(), start);
    assertThat(trained.beam()).isGreaterThan(5);
  }

  @Test
  void translationByATransformer() throws Exception {
    TranslationJob trained = TranslationJob.of("transformer", List.of());
    Results.keep("transformer", trained.toString(), start);
    assertThat(trained.beam()).isGreaterThanOrEqualTo(25);
  }

  /** The embedding alone classifies: by the label of the nearest of all training images. */
  @Test
  void siameseEmbeddingOfMnist() throws Exception {
    NearestNeighborJob trained = NearestNeighborJob.of("siamese-mnist");
    Results.keep("siamese-mnist", trained.toString(), start);
    assertThat(trained.accuracy()).isGreaterThanOrEqualTo(0.95);
  }

  /** As above, learned by triplets that each batch is searched for. */
  @Test
  void tripletEmbeddingOfMnist() throws Exception {
    NearestNeighborJob trained = NearestNeighborJob.of("triplet-mnist");
    Results.keep("triplet-mnist", trained.toString(), start);
    assertThat(trained.accuracy()).isGreaterThanOrEqualTo(0.95);
  }
}
