package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.core.runtime.Backends;
import java.util.List;
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
