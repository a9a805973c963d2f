package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.op.Ops;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.nn.loss.Contrastive;
import dev.merapi.nn.model.Siamese;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.PairDataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.data.normalize.Standardize;
import dev.merapi.train.metric.PairAccuracy;
import dev.merapi.train.optimizer.Adam;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class NearestNeighborTest {
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private static Dataset data(int[] labels, float... points) {
    int size = labels.length;
    return new TensorDataset(
        "points",
        HostTensor.of(Shape.of(size, points.length / size), points),
        HostTensor.of(Shape.of(size), labels),
        3);
  }

  private static TrainingConfig config(Layer model) {
    return TrainingConfig.of("it", model, new Contrastive(), new Adam(0.01));
  }

  /** Of (0, 0), (4, 0), (0, 4) the nearest of (1, 1) is the first, of (3, 2) the second. */
  @Test
  void findsTheNearestSample() {
    Dataset known = data(new int[] {0, 1, 2}, 0, 0, 4, 0, 0, 4);
    Dataset samples = data(new int[] {0, 1, 0, 2}, 1, 1, 3, 2, -1, 3, 1, 9);
    NearestNeighbor neighbor = new NearestNeighbor(backend, config((net, x) -> x), Map.of());
    assertThat(neighbor.nearest(known, samples).toDoubleArray()).containsExactly(0, 1, 2, 2);
    assertThat(neighbor.accuracy(known, samples)).isEqualTo(0.75);
  }

  /** More samples than are computed together, the last of them fewer. */
  @Test
  void everySampleIsEmbedded() {
    float[] points = new float[250];
    int[] labels = new int[250];
    for (int i = 0; i < points.length; i++) {
      points[i] = i;
    }
    NearestNeighbor neighbor =
        new NearestNeighbor(backend, config((net, x) -> Ops.mul(x, 2)), Map.of());
    HostTensor embeddings = neighbor.embed(data(labels, points));
    assertThat(embeddings.shape()).isEqualTo(Shape.of(250, 1));
    for (int i = 0; i < points.length; i++) {
      assertThat(embeddings.get(i)).isEqualTo(2 * i);
    }
  }

  /** A ring around a disc: far apart for the embedding that was learned of pairs. */
  private static Dataset rings(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] points = new float[2 * size];
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i % 2;
      double radius = labels[i] + 0.6 * random.nextDouble();
      double angle = 2 * Math.PI * random.nextDouble();
      points[2 * i] = (float) (radius * Math.cos(angle));
      points[2 * i + 1] = (float) (radius * Math.sin(angle));
    }
    return data(labels, points);
  }

  private static final Siamese SIAMESE =
      new Siamese(Shape.of(2), Sequential.of(new Dense(16), new Tanh(), new Dense(2)));

  @Test
  void aSiameseNetworkLearnsAnEmbedding() {
    Dataset known = rings(256, 1);
    Dataset pairs = new PairDataset(known, 1);
    TrainingConfig config =
        config(SIAMESE).batch(32).epochs(40).metrics(List.of(new PairAccuracy()));
    try (Trainer trainer = new Trainer(backend, config, pairs)) {
      double before = trainer.evaluate(pairs).loss();
      trainer.fit(pairs, null);
      Evaluation after = trainer.evaluate(pairs);
      assertThat(after.loss()).isLessThan(before / 2);
      assertThat(after.metrics()).containsOnlyKeys("pair_accuracy");
      assertThat(after.metric("pair_accuracy").orElseThrow()).isGreaterThan(0.9);
      NearestNeighbor neighbor = new NearestNeighbor(backend, config, trainer.weights());
      assertThat(neighbor.accuracy(known, rings(100, 2))).isGreaterThan(0.9);
    }
  }

  /** Far from zero and flat, these points are nothing without the normalizer of the training. */
  @Test
  void anEmbeddingIsOfNormalizedInputs() {
    Dataset known = data(new int[] {0, 1, 2, 0}, 100, 0.1f, 101, 0.2f, 102, 0.4f, 103, 0.3f);
    Dataset pairs = new PairDataset(known, 1);
    TrainingConfig config = config(SIAMESE).normalizer(new Standardize()).batch(4);
    try (Trainer trainer = new Trainer(backend, config, pairs)) {
      trainer.fit(pairs, null);
      NearestNeighbor neighbor = new NearestNeighbor(backend, config, trainer.weights());
      HostTensor embeddings = neighbor.embed(known);
      Map<String, HostTensor> bare = new HashMap<>(trainer.weights());
      bare.keySet().removeIf(path -> path.startsWith("normalizer."));
      float[] standard = {-1.3416408f, -1.3416408f, -0.4472136f, -0.4472136f};
      HostTensor expected =
          new NearestNeighbor(backend, config(SIAMESE), bare)
              .embed(data(new int[] {0, 1}, standard));
      assertThat(embeddings.get(0)).isCloseTo(expected.get(0), within(1e-4));
      assertThat(embeddings.get(3)).isCloseTo(expected.get(3), within(1e-4));
      assertThat(neighbor.accuracy(known, known)).isEqualTo(1);
    }
  }

  @Test
  void gradientsOfASiameseNetworkAgreeWithDifferences() {
    GradientCheck.Result result =
        GradientCheck.againstDifferences(
            backend, config(SIAMESE), new PairDataset(rings(16, 1), 1), 16);
    assertThat(result.parameters()).hasSize(4);
    assertThat(result.maxRelativeError()).isLessThan(1e-6);
  }

  @Test
  void whatIsNoEmbeddingIsRefused() {
    Dataset known = data(new int[] {0, 1, 2}, 0, 0, 4, 0, 0, 4);
    NearestNeighbor sums =
        new NearestNeighbor(backend, config((net, x) -> Ops.sum(x, 1)), Map.of());
    assertThatThrownBy(() -> sums.embed(known))
        .isInstanceOf(GraphException.class)
        .hasMessage("it: expected embeddings [N, D], found F32[3]");
  }
}
