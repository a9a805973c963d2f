package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Model;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.init.Constant;
import dev.merapi.nn.init.Normal;
import dev.merapi.nn.init.Zeros;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.nn.loss.ContrastiveDivergence;
import dev.merapi.nn.loss.EvidenceLowerBound;
import dev.merapi.nn.loss.Loss;
import dev.merapi.nn.loss.MeanSquaredError;
import dev.merapi.nn.model.Autoencoder;
import dev.merapi.nn.model.Gan;
import dev.merapi.nn.model.Rbm;
import dev.merapi.nn.model.Vae;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.PairDataset;
import dev.merapi.train.data.ReconstructionDataset;
import dev.merapi.train.data.StandardNormal;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Adam;
import dev.merapi.train.optimizer.LBfgs;
import dev.merapi.train.optimizer.Sgd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GenerativeModelsTest {
  private static final Shape SHAPE = Shape.of(1, 2, 3);

  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private static Dataset data(int samples, Shape shape, int... pixels) {
    HostTensor inputs = HostTensor.zeros(TensorType.f32(Shape.of(samples).concat(shape).toArray()));
    for (int i = 0; i < inputs.elements(); i++) {
      inputs.set(i, pixels[i % pixels.length]);
    }
    HostTensor labels = HostTensor.of(Shape.of(samples), new int[samples]);
    return new ReconstructionDataset(new TensorDataset("pixels", inputs, labels, 1));
  }

  private static final Layer ENCODER = Sequential.of(new Flatten(), new Dense(4), new Tanh());

  private static final Vae VAE =
      new Vae(SHAPE, 2, ENCODER, Sequential.of(new Dense(4), new Tanh(), new Dense(6)));

  private static final Autoencoder AUTOENCODER =
      new Autoencoder(SHAPE, ENCODER, Sequential.of(new Dense(6)));

  private static final Rbm RBM = new Rbm(SHAPE, 5, 2, 10, new Normal(0, 0.5), new Zeros());

  static Stream<Arguments> models() {
    return Stream.of(
        Arguments.of(AUTOENCODER, new MeanSquaredError(), 4),
        Arguments.of(VAE, new EvidenceLowerBound(), 10),
        Arguments.of(RBM, new ContrastiveDivergence(), 3));
  }

  private static TrainingConfig config(Model model, Loss loss) {
    return TrainingConfig.of("it", model, loss, new Adam(0.01)).metrics(List.of()).batch(8);
  }

  /** What is drawn stays what it is while weights move a little. */
  @ParameterizedTest
  @MethodSource("models")
  void gradientsAgreeWithDifferences(Model model, Loss loss, int parameters) {
    GradientCheck.Result result =
        GradientCheck.againstDifferences(
            backend, config(model, loss), data(8, SHAPE, 1, 0, 1, 1, 0, 0, 1), 8);
    assertThat(result.parameters()).hasSize(parameters);
    assertThat(result.maxRelativeError()).isLessThan(1e-6);
  }

  @Test
  void evaluationsReportTheHalvesOfABound() {
    Dataset data = data(12, SHAPE, 1, 0, 1, 1, 0);
    TrainingConfig config = config(VAE, new EvidenceLowerBound(2)).epochs(20);
    try (Trainer trainer = new Trainer(backend, config, data)) {
      trainer.fit(data, null);
      Evaluation found = trainer.evaluate(data);
      assertThat(found.metrics()).containsOnlyKeys("reconstruction", "divergence");
      double reconstruction = found.metric("reconstruction").orElseThrow();
      double divergence = found.metric("divergence").orElseThrow();
      assertThat(reconstruction).isBetween(0.1, 5.0);
      assertThat(divergence).isPositive();
      assertThat(found.loss()).isCloseTo(reconstruction + 2 * divergence, within(1e-5));
    }
  }

  /** Parts have the weights of the whole; a sampler gives the same for the same numbers. */
  @Test
  void samplesAndReconstructionsAreNumbersFromZeroToOne() {
    Dataset data = data(12, SHAPE, 1, 0, 1, 1, 0);
    TrainingConfig config = config(VAE, new EvidenceLowerBound());
    try (Trainer trainer = new Trainer(backend, config, data)) {
      Map<String, HostTensor> weights = trainer.weights();
      Inference sampler = new Inference(backend, config.model(VAE.sampler()), weights);
      HostTensor samples = sampler.of(StandardNormal.of(Shape.of(2), 130, 7));
      assertThat(samples.shape()).isEqualTo(Shape.of(130, 1, 2, 3));
      assertThat(Arrays.stream(samples.toDoubleArray()).allMatch(p -> p > 0 && p < 1)).isTrue();
      assertThat(sampler.of(StandardNormal.of(Shape.of(2), 130, 7))).isEqualTo(samples);
      assertThat(sampler.of(StandardNormal.of(Shape.of(2), 130, 8))).isNotEqualTo(samples);
      HostTensor made =
          new Inference(backend, config.model(VAE.reconstruction()), weights).of(data);
      assertThat(made.shape()).isEqualTo(Shape.of(12, 1, 2, 3));
      HostTensor codes = new Inference(backend, config.model(VAE.embedding()), weights).of(data);
      assertThat(codes.shape()).isEqualTo(Shape.of(12, 2));
      weights.remove("mean.weight");
      assertThatThrownBy(
              () -> new Inference(backend, config.model(VAE.embedding()), weights).of(data))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("mean.weight");
    }
  }

  /**
   * Data X = sum_i s_i u_i v_i' with orthonormal u_i (cosines, of mean 0) and v_i: v_1 and v_2 are
   * the first right singular vectors, by construction. The sine of the largest angle between two
   * planes is at most the norm of what is left of one's basis outside the other.
   */
  @Test
  void aLinearAutoencoderFindsTheSubspaceOfTheSingularVectors() {
    int samples = 16;
    int features = 8;
    double[] singular = {4, 3, 1.5, 0.5};
    HostTensor inputs = HostTensor.zeros(TensorType.f32(samples, features));
    for (int n = 0; n < samples; n++) {
      for (int f = 0; f < features; f++) {
        double sum = 0;
        for (int i = 0; i < singular.length; i++) {
          sum += singular[i] * cosine(i + 1, n, samples) * cosine(i + 1, f, features);
        }
        inputs.set(n * features + f, sum);
      }
    }
    Dataset data = new ReconstructionDataset(new TensorDataset("X", inputs, inputs, 0));
    Autoencoder linear = new Autoencoder(Shape.of(features), new Dense(2), new Dense(features));
    TrainingConfig config =
        TrainingConfig.of("linear", linear, new MeanSquaredError(), new LBfgs())
            .metrics(List.of())
            .batch(TrainingConfig.ALL)
            .epochs(150);
    HostTensor weight;
    try (Trainer trainer = new Trainer(backend, config, data)) {
      double loss = trainer.fit(data, data).epochs().get(149).validation().orElseThrow().loss();
      // what two components leave: the squares of the other singular values
      assertThat(loss).isCloseTo((1.5 * 1.5 + 0.5 * 0.5) / (samples * features), within(1e-5));
      weight = trainer.weight("decoder.weight"); // [features, 2]
    }
    double[] a = column(weight, 0);
    normalize(a);
    double[] b = column(weight, 1);
    subtract(b, a, dot(a, b));
    normalize(b);
    double outside = 0;
    for (double[] basis : List.of(a, b)) {
      for (int i = 0; i < 2; i++) {
        double[] v = new double[features];
        for (int f = 0; f < features; f++) {
          v[f] = cosine(i + 1, f, features);
        }
        subtract(basis, v, dot(basis, v));
      }
      outside += dot(basis, basis);
    }
    assertThat(Math.sqrt(outside)).isLessThan(1e-2);
  }

  /** Element n of the k-th basis vector of the discrete cosine transform, k of at least 1. */
  private static double cosine(int k, int n, int size) {
    return Math.sqrt(2.0 / size) * Math.cos(Math.PI * k * (n + 0.5) / size);
  }

  private static double[] column(HostTensor matrix, int column) {
    double[] values = new double[matrix.shape().dim(0)];
    for (int i = 0; i < values.length; i++) {
      values[i] = matrix.get(i * matrix.shape().dim(1) + column);
    }
    return values;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void subtract(double[] from, double[] vector, double factor) {
    for (int i = 0; i < from.length; i++) {
      from[i] -= factor * vector[i];
    }
  }

  private static void normalize(double[] vector) {
    double norm = Math.sqrt(dot(vector, vector));
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= norm;
    }
  }

  /**
   * A machine of three visible units on data 111 and 000: by enumeration of all its states, these
   * two become likely.
   */
  @Test
  void aBoltzmannMachineLearnsADistribution() {
    Shape shape = Shape.of(3);
    Dataset data = data(32, shape, 1, 1, 1, 0, 0, 0);
    Rbm rbm = new Rbm(shape, 2, 5, 1, new Normal(0, 0.1), new Zeros());
    TrainingConfig config =
        TrainingConfig.of("rbm", rbm, new ContrastiveDivergence(), new Sgd(0.3))
            .metrics(List.of())
            .batch(32)
            .epochs(400);
    try (Trainer trainer = new Trainer(backend, config, data)) {
      trainer.fit(data, null);
      Map<String, HostTensor> weights = trainer.weights();
      double[] exact = distribution(weights, 2, 3);
      assertThat(exact[0] + exact[7]).isGreaterThan(0.8);
      assertThat(Math.min(exact[0], exact[7])).isGreaterThan(0.25);
    }
  }

  /** Means of what the chain of a machine with random weights comes to, beside enumeration. */
  @Test
  void aBoltzmannMachineDrawsWithTheProbabilitiesOfItsStates() {
    Shape shape = Shape.of(3);
    Rbm rbm = new Rbm(shape, 2, 1, 60, new Normal(0, 0.7), new Constant(0.4));
    TrainingConfig config = config(rbm, new ContrastiveDivergence());
    try (Trainer trainer = new Trainer(backend, config, data(8, shape, 1, 0))) {
      Map<String, HostTensor> weights = trainer.weights();
      double[] exact = distribution(weights, 2, 3);
      HostTensor samples =
          new Inference(backend, config.model(rbm.sampler()), weights)
              .of(StandardNormal.of(shape, 1000, 3));
      for (int i = 0; i < 3; i++) {
        double mean = 0;
        for (int n = 0; n < 1000; n++) {
          mean += samples.get(n * 3 + i) / 1000;
        }
        double expected = 0;
        for (int v = 0; v < 8; v++) {
          expected += exact[v] * (v >> i & 1);
        }
        assertThat(mean).as("unit %d", i).isCloseTo(expected, within(0.03));
      }
    }
  }

  /** p(v) of all visible states, as sums over all hidden ones. */
  private static double[] distribution(Map<String, HostTensor> weights, int hidden, int visible) {
    double[] p = new double[1 << visible];
    double all = 0;
    for (int v = 0; v < p.length; v++) {
      for (int h = 0; h < 1 << hidden; h++) {
        double energy = 0;
        for (int i = 0; i < visible; i++) {
          energy -= (v >> i & 1) * weights.get("visibleBias").get(i);
        }
        for (int j = 0; j < hidden; j++) {
          energy -= (h >> j & 1) * weights.get("hiddenBias").get(j);
          for (int i = 0; i < visible; i++) {
            energy -= (h >> j & 1) * (v >> i & 1) * weights.get("weight").get(j * visible + i);
          }
        }
        p[v] += Math.exp(-energy);
      }
      all += p[v];
    }
    for (int v = 0; v < p.length; v++) {
      p[v] /= all;
    }
    return p;
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Dataset data = data(8, SHAPE, 1, 0);
    refused(
        "autoencoder: decoder: expected 6 numbers for each sample of shape [1, 2, 3], found [8, 5]",
        new Autoencoder(SHAPE, ENCODER, new Dense(5)),
        data);
    refused(
        "gan: expected a discriminator that gives logits [N, 1], found [8, 2]",
        new Gan(SHAPE, 2, new Dense(6), Sequential.of(new Flatten(), new Dense(2))),
        data);
    List<Runnable> wrong = new ArrayList<>();
    wrong.add(() -> new Vae(SHAPE, 0, ENCODER, ENCODER));
    wrong.add(() -> new Gan(SHAPE, 0, ENCODER, ENCODER));
    wrong.add(() -> new Rbm(SHAPE, 0, 1, 1, new Normal(0, 1), new Zeros()));
    wrong.add(() -> new Rbm(SHAPE, 1, 0, 1, new Normal(0, 1), new Zeros()));
    wrong.add(() -> new Rbm(SHAPE, 1, 1, 0, new Normal(0, 1), new Zeros()));
    for (Runnable make : wrong) {
      assertThatThrownBy(make::run).hasMessageContaining("must be at least 1, found 0");
    }
    HostTensor rows = HostTensor.zeros(TensorType.f32(4, 2));
    Dataset classes = new TensorDataset("rows", rows, HostTensor.of(Shape.of(4), 0, 1, 0, 1), 2);
    assertThatThrownBy(() -> new ReconstructionDataset(new PairDataset(classes, 1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("expected samples of one input to be made again, found 2 inputs");
  }

  private void refused(String message, Model model, Dataset data) {
    assertThatThrownBy(
            () -> new Trainer(backend, config(model, new MeanSquaredError()), data).close())
        .isInstanceOf(GraphException.class)
        .hasMessageContaining(message);
  }
}
