package dev.merapi.explain.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.explain.Probe;
import dev.merapi.explain.Saliency;
import dev.merapi.explain.Samples;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.Relu;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Batch;
import dev.merapi.train.optimizer.Sgd;
import java.awt.image.BufferedImage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ModelPicturesTest {
  private Backend backend;

  @BeforeEach
  void open() {
    System.setProperty("java.awt.headless", "true");
    backend = Backends.open("reference");
  }

  @AfterEach
  void close() {
    backend.close();
  }

  private Probe probe(Layer model, Shape image, Map<String, HostTensor> weights) {
    TrainingConfig config =
        TrainingConfig.of("net", model, new SoftmaxCrossEntropy(), new Sgd(0.1));
    return new Probe(backend, config, List.of(new TensorType(DType.U8, image)), weights);
  }

  private static int rgb(BufferedImage image, int x, int y) {
    return image.getRGB(x, y) & 0xFFFFFF;
  }

  /** Two filters of one weight each: the largest is red, its negative blue, in tiles of 96. */
  @Test
  void filtersOfAConvolution() {
    Layer model = Sequential.of(new Conv2d(2, 1).bias(false), new Flatten());
    HostTensor weight = HostTensor.of(Shape.of(2, 1, 1, 1), 3f, -3f);
    try (Probe probe = probe(model, Shape.of(1, 2, 2), Map.of("conv1.weight", weight))) {
      BufferedImage found = ModelPictures.filters(probe, List.of()).orElseThrow().image();
      assertThat(found.getHeight()).isEqualTo(8 + 96 + 8);
      assertThat(found.getWidth()).isEqualTo(8 + 96 + 4 + 96 + 8);
      assertThat(rgb(found, 8 + 48, 8 + 48)).isEqualTo(0xB2182B);
      assertThat(rgb(found, 8 + 100 + 48, 8 + 48)).isEqualTo(0x2166AC);
      assertThat(rgb(found, 0, 0)).isEqualTo(0xFFFFFF);
      assertThat(ModelPictures.convolutions(probe)).containsExactly("conv1");
    }
  }

  /** A dense layer on colours: row 0 goes from 0 (black) to red 1 at pixel 0. */
  @Test
  void rowsOfADenseLayerAreImages() {
    Layer model = Sequential.of(new Flatten(), new Dense(2).bias(false));
    float[] weight = new float[2 * 12];
    weight[0] = 1; // channel red, pixel 0
    weight[12 + 4 + 3] = 1; // channel green, pixel 3
    Map<String, HostTensor> weights =
        Map.of("dense1.weight", HostTensor.of(Shape.of(2, 12), weight));
    try (Probe probe = probe(model, Shape.of(3, 2, 2), weights)) {
      BufferedImage found = ModelPictures.filters(probe, List.of()).orElseThrow().image();
      assertThat(rgb(found, 8 + 10, 8 + 10)).isEqualTo(0xFF0000);
      assertThat(rgb(found, 8 + 90, 8 + 90)).isZero();
      assertThat(rgb(found, 8 + 100 + 90, 8 + 90)).isEqualTo(0x00FF00);
      assertThat(ModelPictures.convolutions(probe)).isEmpty();
    }
  }

  @Test
  void whatIsNoImageHasNoFilters() {
    Layer model = new Dense(2).bias(false);
    Map<String, HostTensor> weights = Map.of("weight", HostTensor.of(Shape.of(2, 4), new float[8]));
    try (Probe probe = probe(model, Shape.of(4), weights)) {
      assertThat(ModelPictures.seesImages(probe)).isFalse();
      assertThat(ModelPictures.filters(probe, List.of())).isEqualTo(Optional.empty());
    }
  }

  /**
   * Weights 1 and -1 behind a ReLU: the first channel is the image from dark to bright, the second
   * one is dark. The saliency of a linear model is the same everywhere that its weights are.
   */
  @Test
  void activationsAndSaliency() {
    Layer model =
        Sequential.of(
            new Conv2d(2, 1).bias(false), new Relu(), new Flatten(), new Dense(2).bias(false));
    Map<String, HostTensor> weights = new HashMap<>();
    weights.put("conv1.weight", HostTensor.of(Shape.of(2, 1, 1, 1), 1f, -1f));
    weights.put(
        "dense1.weight",
        HostTensor.of(Shape.of(2, 8), 1f, 1f, 1f, 0.5f, 0f, 0f, 0f, 0f, 0, 0, 0, 0, 0, 0, 0, 0));
    byte[] pixels = {0, 51, 102, (byte) 255};
    Samples samples =
        new Samples(
            new Batch(HostTensor.of(Shape.of(1, 1, 2, 2), pixels), HostTensor.of(Shape.of(1), 1)),
            List.of(0));
    try (Probe probe = probe(model, Shape.of(1, 2, 2), weights)) {
      BufferedImage maps = ModelPictures.activations(probe, "conv1", samples).image();
      int bottom = maps.getHeight() - 8 - 10;
      int top = bottom - 40;
      assertThat(maps.getWidth()).isEqualTo(8 + 3 * 64 + 2 * 4 + 8);
      assertThat(rgb(maps, 8 + 10, top)).isZero();
      assertThat(rgb(maps, 8 + 50, bottom)).isEqualTo(0xFFFFFF);
      assertThat(rgb(maps, 8 + 68 + 10, top)).isEqualTo(0x440154);
      assertThat(rgb(maps, 8 + 68 + 50, bottom)).isEqualTo(0xFDE725);
      assertThat(rgb(maps, 8 + 136 + 50, bottom)).isEqualTo(0x440154);

      Saliency saliency = Saliency.of(probe, samples.inputs());
      assertThat(saliency.classes()).containsExactly(0);
      assertThat(saliency.map(0)).containsExactly(0, 1, 1, 0.5);
      BufferedImage drawn =
          ModelPictures.saliency(samples, saliency, List.of("cat", "dog")).image();
      int right = drawn.getWidth() - 8 - 10;
      assertThat(rgb(drawn, right, drawn.getHeight() - 8 - 50)).isEqualTo(0xFCFFA4);
      assertThat(rgb(drawn, right - 40, drawn.getHeight() - 8 - 50)).isEqualTo(0x000004);
    }
  }
}
