package dev.merapi.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Layer;
import dev.merapi.nn.LayerGraph;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Add;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.Relu;
import dev.merapi.nn.loss.MeanSquaredError;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.nn.model.CharLstm;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Sgd;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProbeTest {
  private Backend backend;

  @BeforeEach
  void open() {
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private static TrainingConfig config(Layer model) {
    return TrainingConfig.of("net", model, new SoftmaxCrossEntropy(), new Sgd(0.1)).batch(2);
  }

  private static final TensorType PIXELS = new TensorType(DType.U8, Shape.of(1, 1, 3));

  private static final Map<String, HostTensor> WEIGHTS =
      Map.of(
          "dense1.weight", HostTensor.of(Shape.of(2, 3), 1f, 0f, 0f, 0f, -2f, 0.5f),
          "dense2.weight", HostTensor.of(Shape.of(2, 2), 1f, 1f, 3f, -1f));

  private static final Layer MODEL =
      Sequential.of(new Flatten(), new Dense(2).bias(false), new Relu(), new Dense(2).bias(false));

  private static final HostTensor INPUTS =
      HostTensor.of(
          Shape.of(3, 1, 1, 3),
          new byte[] {(byte) 255, 0, (byte) 255, 0, 51, 102, (byte) 102, 0, 0});

  /** x = (1,0,1), (0,0.2,0.4), (0.4,0,0): hidden (1,0.5), (0,-0.2), (0.4,0) before ReLU. */
  @Test
  void outputsOfLayersForMoreThanABatch() {
    try (Probe probe = new Probe(backend, config(MODEL), List.of(PIXELS), WEIGHTS)) {
      assertThat(probe.layers()).containsExactly("flatten1", "dense1", "relu1", "dense2");
      assertThat(probe.activations("dense1", INPUTS).toFloatArray())
          .containsExactly(1f, 0.5f, 0f, -0.2f, 0.4f, 0f);
      assertThat(probe.embeddings(true, INPUTS).toFloatArray())
          .containsExactly(1f, 0.5f, 0f, 0f, 0.4f, 0f);
      assertThat(probe.predict(INPUTS).toFloatArray())
          .containsExactly(1.5f, 2.5f, 0f, 0f, 0.4f, 0.4f * 3);
      assertThatThrownBy(() -> probe.activations("dense3", INPUTS))
          .hasMessageContaining("expected a layer of [flatten1, dense1, relu1, dense2]");
    }
  }

  /** Logits x W^T are linear: the gradient of a class's score is its row of W, for any input. */
  @Test
  void theSaliencyOfALinearModelIsItsWeights() {
    Random random = new Random(5);
    double[] numbers = random.doubles(3 * 2 * 2 * 2, -1, 1).toArray();
    Shape shape = Shape.of(3, 8);
    HostTensor weight = HostTensor.of(TensorType.f32(3, 8), numbers);
    Layer linear = Sequential.of(new Flatten(), new Dense(3).bias(false));
    TensorType image = TensorType.f32(2, 2, 2);
    HostTensor inputs =
        HostTensor.of(TensorType.f32(4, 2, 2, 2), random.doubles(32, -1, 1).toArray());
    try (Probe probe =
        new Probe(backend, config(linear), List.of(image), Map.of("dense1.weight", weight))) {
      Saliency saliency = Saliency.of(probe, inputs, List.of(0, 1, 2, 1));
      for (int n = 0; n < 4; n++) {
        for (int i = 0; i < 8; i++) {
          int row = saliency.classes().get(n);
          assertThat(saliency.gradients().get(n * 8 + i)).isEqualTo(weight.get(row * 8 + i));
        }
      }
      double[] map = saliency.map(2);
      for (int i = 0; i < 4; i++) {
        assertThat(map[i])
            .isEqualTo(Math.max(Math.abs(weight.get(16 + i)), Math.abs(weight.get(20 + i))));
      }
      Saliency likeliest = Saliency.of(probe, inputs);
      for (int n = 0; n < 4; n++) {
        double best = likeliest.scores().get(n * 3 + likeliest.classes().get(n));
        for (int c = 0; c < 3; c++) {
          assertThat(likeliest.scores().get(n * 3 + c)).isLessThanOrEqualTo(best);
        }
      }
      assertThatThrownBy(() -> Saliency.of(probe, inputs, List.of(0, 1, 2, 3)))
          .hasMessageContaining("classes from 0 to 2, found [0, 1, 2, 3]");
      assertThat(shape.elements()).isEqualTo(weight.elements());
    }
  }

  /** y = 2 a + 3 b, of two inputs; with (a, b) = (1, 10), (2, 20), (3, 30) and targets 0. */
  @Test
  void aModelOfTwoInputs() {
    Layer model =
        LayerGraph.of("a", "b")
            .add("left", new Dense(1).bias(false), "a")
            .add("right", new Dense(1).bias(false), "b")
            .add("sum", new Add(), "left", "right");
    Map<String, HostTensor> weights =
        Map.of(
            "left.weight", HostTensor.of(Shape.of(1, 1), 2f),
            "right.weight", HostTensor.of(Shape.of(1, 1), 3f));
    HostTensor a = HostTensor.of(Shape.of(3, 1), 1f, 2f, 3f);
    HostTensor b = HostTensor.of(Shape.of(3, 1), 10f, 20f, 30f);
    TrainingConfig config =
        TrainingConfig.of("net", model, new MeanSquaredError(), new Sgd(0.1)).batch(2);
    TensorType one = TensorType.f32(1);
    try (Probe probe = new Probe(backend, config, List.of(one, one), weights)) {
      assertThat(probe.predict(a, b).toFloatArray()).containsExactly(32f, 64f, 96f);
      assertThat(probe.activations("right", a, b).toFloatArray()).containsExactly(30f, 60f, 90f);
      HostTensor zeros = HostTensor.of(Shape.of(3, 1), 0f, 0f, 0f);
      Samples samples = new Samples(new Batch(List.of(a, b), List.of(zeros)), List.of(0, 1, 2));
      LayerStatistics found = LayerStatistics.of(probe, samples);
      assertThat(found.layers().get(2).activations().mean()).isCloseTo(64, within(1e-4));
      // the gradient of a sample's squared error by each addend is twice the sum
      assertThat(found.layers().get(0).gradients().mean()).isCloseTo(128, within(1e-4));
      assertThatThrownBy(() -> Saliency.of(probe, a, List.of(0, 0, 0)))
          .hasMessageContaining("a model of one input");
      assertThatThrownBy(() -> probe.predict(a)).hasMessageContaining("found none");
    }
  }

  @Test
  void weightsOfAnotherModelAreAnError() {
    assertThatThrownBy(
            () -> new Probe(backend, config(new Dense(4)), List.of(TensorType.f32(3)), WEIGHTS))
        .hasMessageContaining("not those of the model");
  }

  /** A model that carries its state from batch to batch begins with zeros here. */
  @Test
  void aRecurrentModelOverIndices() {
    CharLstm model =
        new CharLstm().inputShape(Shape.of(5)).classes(7).hidden(4).layers(1).carryState(true);
    int[] text = new Random(1).ints(60, 0, 7).toArray();
    Dataset data =
        new TensorDataset(
            "text", HostTensor.of(Shape.of(12, 5), text), HostTensor.of(Shape.of(12, 5), text), 0);
    TrainingConfig config = config(model);
    Map<String, HostTensor> weights;
    try (Trainer trainer = Trainer.forEvaluation(backend, config(model.carryState(false)), data)) {
      weights = trainer.weights();
    }
    try (Probe probe = new Probe(backend, config, data.inputTypes(), weights)) {
      Samples samples = Samples.random(data, 5, 1);
      LayerStatistics statistics = LayerStatistics.of(probe, samples);
      assertThat(statistics.layers())
          .extracting(LayerStatistics.Layer::path)
          .containsExactly("lstm", "fc");
      assertThat(statistics.layers().get(0).gradientNorm()).isPositive();
      HostTensor two = Probe.slice(samples.inputs(), 0, 2);
      assertThat(probe.predict(two)).isEqualTo(probe.predict(two));
      assertThatThrownBy(() -> Saliency.of(probe, two)).hasMessageContaining("scores [N, classes]");
    }
  }
}
