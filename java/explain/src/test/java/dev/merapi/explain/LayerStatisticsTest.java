package dev.merapi.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Dropout;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.Relu;
import dev.merapi.nn.loss.MeanSquaredError;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.optimizer.Sgd;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LayerStatisticsTest {
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
    return TrainingConfig.of("net", model, new MeanSquaredError(), new Sgd(0.1)).batch(2);
  }

  private LayerStatistics statistics(Layer model, Dataset data, Map<String, HostTensor> weights) {
    try (Probe probe = new Probe(backend, config(model), data.inputTypes(), weights)) {
      return LayerStatistics.of(probe, Samples.random(data, 100, 1));
    }
  }

  private static Dataset data(HostTensor inputs, Shape target) {
    Shape shape = Shape.of(inputs.shape().dim(0)).concat(target);
    return new TensorDataset("test", inputs, HostTensor.of(shape, new float[shape.elements()]), 0);
  }

  /**
   * By hand: x = (1,2), (3,4), (5,6), W = diag(1, -1), so that W x = (1,-2), (3,-4), (5,-6) and the
   * second ReLU is dead. A sample's loss is half the squared length of the output, its gradient the
   * output. The weight's gradient is ((5,7),(0,0)) in the batch of two, ((25,30),(0,0)) in that of
   * one.
   */
  @Test
  void activationsAndGradientsOfTwoLayers() {
    Dataset data = data(HostTensor.of(Shape.of(3, 2), 1f, 2f, 3f, 4f, 5f, 6f), Shape.of(2));
    LayerStatistics found =
        statistics(
            Sequential.of(new Dense(2).bias(false), new Relu(), new Dropout(0.5)),
            data,
            Map.of("dense1.weight", HostTensor.of(Shape.of(2, 2), 1f, 0f, 0f, -1f)));
    assertThat(found.samples()).isEqualTo(3);
    assertThat(found.layers())
        .extracting(LayerStatistics.Layer::path)
        .containsExactly("dense1", "relu1");
    LayerStatistics.Layer dense = found.layers().get(0);
    assertThat(dense.activations().mean()).isCloseTo(-0.5, within(1e-6));
    assertThat(dense.activationNorm()).isCloseTo(Math.sqrt(91 / 3.0), within(1e-5));
    assertThat(dense.units()).isZero();
    LayerStatistics.Layer relu = found.layers().get(1);
    assertThat(relu.type()).isEqualTo("Relu");
    assertThat(relu.activations().mean()).isCloseTo(1.5, within(1e-6));
    assertThat(relu.activations().standardDeviation())
        .isCloseTo(Math.sqrt(35 / 6.0 - 2.25), within(1e-6));
    assertThat(relu.activations().shareOfZeros()).isEqualTo(0.5);
    assertThat(relu.units()).isEqualTo(2);
    assertThat(relu.deadUnits()).isEqualTo(1);
    assertThat(found.shareOfDeadUnits()).isEqualTo(0.5);
    for (LayerStatistics.Layer layer : found.layers()) {
      assertThat(layer.gradients().mean()).isCloseTo(1.5, within(1e-6));
      assertThat(layer.gradients().shareOfZeros()).isEqualTo(0.5);
      assertThat(layer.gradientNorm()).isCloseTo(Math.sqrt(35 / 3.0), within(1e-5));
    }
    LayerStatistics.Parameter weight = found.parameters().get(0);
    assertThat(weight.path()).isEqualTo("dense1.weight");
    assertThat(weight.values().norm()).isCloseTo(Math.sqrt(2), within(1e-6));
    assertThat(weight.gradientNorm()).isCloseTo(Math.sqrt(1599 / 2.0), within(1e-4));
    assertThat(found.warnings()).isEmpty();
  }

  /** Of the two channels of a convolution with weights 1 and -1, the second is dead as a whole. */
  @Test
  void aChannelIsAUnit() {
    Dataset data = data(HostTensor.of(Shape.of(2, 1, 1, 3), 1f, 0f, 2f, 0f, 0f, 3f), Shape.of(6));
    LayerStatistics found =
        statistics(
            Sequential.of(new Conv2d(2, 1).bias(false), new Relu(), new Flatten()),
            data,
            Map.of("conv1.weight", HostTensor.of(Shape.of(2, 1, 1, 1), 1f, -1f)));
    assertThat(found.layers().get(1).units()).isEqualTo(2);
    assertThat(found.layers().get(1).deadUnits()).isEqualTo(1);
  }

  /** Twelve layers that each scale by a factor: the gradient is scaled by factor^11. */
  private LayerStatistics chain(float factor) {
    Sequential row = Sequential.of();
    Map<String, HostTensor> weights = new LinkedHashMap<>();
    for (int i = 1; i <= 12; i++) {
      row = row.add(new Dense(1).bias(false));
      weights.put("dense" + i + ".weight", HostTensor.of(Shape.of(1, 1), factor));
    }
    return statistics(row, data(HostTensor.of(Shape.of(2, 1), 1f, 1f), Shape.of(1)), weights);
  }

  @Test
  void vanishingAndExplodingGradientsAreWarnedOf() {
    assertThat(chain(0.5f).gradientRatio()).isCloseTo(Math.pow(0.5, 11), within(1e-9));
    assertThat(chain(0.5f).warnings())
        .singleElement()
        .asString()
        .startsWith("the gradient vanishes")
        .contains("dense1", "dense12", "0.000488");
    assertThat(chain(2).warnings()).singleElement().asString().startsWith("the gradient explodes");
    assertThat(chain(0.6f).warnings()).isEmpty();
    assertThat(chain(0).warnings()).singleElement().asString().contains("no gradient at all");
    assertThat(List.copyOf(chain(1).warnings())).isEmpty();
  }
}
