package dev.merapi.train.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.Relu;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.train.EpochResult;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.TrainingResult;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.metric.Accuracy;
import dev.merapi.train.optimizer.Sgd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardTest {
  private static final Sequential MODEL =
      Sequential.of(new Conv2d(4, 3), new Relu(), new Flatten(), new Dense(2));

  private final Backend backend = Backends.open("reference");
  @TempDir private Path folder;

  @AfterEach
  void close() {
    backend.close();
  }

  /** Images of 5 x 6; those of class 1 have their light on the right. */
  private static Dataset images() {
    byte[] pixels = new byte[30 * 30];
    int[] labels = new int[30];
    for (int i = 0; i < 30; i++) {
      labels[i] = i % 2;
      for (int p = 0; p < 30; p++) {
        pixels[i * 30 + p] = (byte) (p % 6 / 3 == i % 2 ? 255 - i : 0);
      }
    }
    return new TensorDataset(
        "images",
        HostTensor.of(Shape.of(30, 1, 5, 6), pixels),
        HostTensor.of(Shape.of(30), labels),
        2);
  }

  private static TrainingConfig config() {
    return TrainingConfig.of("net", MODEL, new SoftmaxCrossEntropy(), new Sgd(0.1))
        .batch(1)
        .epochs(2)
        .metrics(List.of(new Accuracy()));
  }

  @Test
  void aTrainingIsWrittenDown() throws IOException {
    Dataset data = images();
    Map<String, HostTensor> before;
    Map<String, HostTensor> after;
    TrainingResult result;
    try (Trainer trainer = new Trainer(backend, config(), data)) {
      before = trainer.weights();
      try (TensorBoard board = TensorBoard.create(folder, trainer, config(), data)) {
        result = trainer.fit(data, data, board);
      }
      after = trainer.weights();
    }
    List<Fields> events = EventReader.events(folder);
    assertThat(EventReader.steps(events, "train/loss")).containsExactly(50L);
    assertThat(EventReader.values(events, "train/learning_rate").get(0).real(2))
        .isCloseTo(0.1, within(1e-7));
    assertThat(EventReader.steps(events, "epoch/loss")).containsExactly(30L, 60L);
    for (int epoch = 0; epoch < 2; epoch++) {
      EpochResult told = result.epochs().get(epoch);
      assertThat(EventReader.values(events, "validation/loss").get(epoch).real(2))
          .isEqualTo((float) told.validation().orElseThrow().loss());
      assertThat(EventReader.values(events, "validation/accuracy").get(epoch).real(2))
          .isEqualTo((float) told.validation().orElseThrow().accuracy().orElseThrow());
    }
    List<Fields> histograms = EventReader.values(events, "conv1/weight");
    assertThat(histograms).hasSize(3);
    assertHistogram(histograms.get(0).message(5), before.get("conv1.weight"));
    assertHistogram(
        EventReader.values(events, "dense1/weight").get(2).message(5), after.get("dense1.weight"));
  }

  /** Every bucket has as many values as lie below its limit and not below the one before. */
  private static void assertHistogram(Fields histogram, HostTensor tensor) {
    double[] values = tensor.toDoubleArray();
    assertThat(histogram.real(1)).isEqualTo(Arrays.stream(values).min().orElseThrow());
    assertThat(histogram.real(2)).isEqualTo(Arrays.stream(values).max().orElseThrow());
    assertThat(histogram.real(3)).isEqualTo(values.length);
    assertThat(histogram.real(4)).isCloseTo(Arrays.stream(values).sum(), within(1e-9));
    assertThat(histogram.real(5))
        .isCloseTo(Arrays.stream(values).map(v -> v * v).sum(), within(1e-9));
    List<Double> limits = histogram.reals(6);
    List<Double> counts = histogram.reals(7);
    assertThat(limits).isSorted().hasSameSizeAs(counts);
    double lower = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < limits.size(); i++) {
      double from = lower;
      double to = limits.get(i);
      assertThat(counts.get(i))
          .isEqualTo(Arrays.stream(values).filter(v -> v >= from && v < to).count());
      lower = to;
    }
  }

  /** 16 of the inputs in four rows of four, 27 wide and 23 high with the lines between them. */
  @Test
  void inputsAndFiltersAreImages() throws IOException {
    Dataset data = images();
    try (Trainer trainer = new Trainer(backend, config(), data)) {
      TensorBoard.create(folder, trainer, config(), data).close();
    }
    List<Fields> events = EventReader.events(folder);
    Fields inputs = EventReader.values(events, "inputs").get(0).message(4);
    assertThat(inputs.number(1)).isEqualTo(23);
    assertThat(inputs.number(2)).isEqualTo(27);
    assertThat(inputs.number(3)).isEqualTo(1);
    ByteBuffer png = ByteBuffer.wrap(inputs.bytes(4));
    assertThat(png.getLong()).isEqualTo(0x89504E470D0A1A0AL);
    assertThat(png.getInt(16)).isEqualTo(27);
    assertThat(png.getInt(20)).isEqualTo(23);
    Fields filters = EventReader.values(events, "conv1/filters").get(0);
    assertThat(filters.message(4).number(1)).isEqualTo(7);
    assertThat(filters.message(4).number(2)).isEqualTo(7);
  }

  @Test
  void theGraphHasANodePerOpInItsLayersScope() throws IOException {
    Dataset data = images();
    try (Trainer trainer = new Trainer(backend, config(), data)) {
      TensorBoard.create(folder, trainer, config(), data).close();
    }
    Fields event =
        EventReader.events(folder).stream().filter(e -> e.has(4)).findFirst().orElseThrow();
    List<Fields> nodes = event.message(4).messages(1);
    List<String> names = nodes.stream().map(node -> node.text(1)).toList();
    assertThat(names)
        .doesNotHaveDuplicates()
        .contains("inputs", "conv1/weight", "conv1/conv2d", "dense1/bias");
    List<String> known = new ArrayList<>();
    for (Fields node : nodes) {
      assertThat(known).containsAll(inputs(node).toList());
      known.add(node.text(1));
    }
    Fields conv = nodes.get(names.indexOf("conv1/conv2d"));
    assertThat(conv.text(2)).isEqualTo("conv2d");
    assertThat(inputs(conv)).contains("conv1/weight");
    assertThat(conv.messages(5))
        .extracting(entry -> entry.text(1))
        .containsExactly("op", "_output_shapes");
    Fields shape = conv.messages(5).get(1).message(2).message(1).message(7);
    assertThat(shape.messages(2))
        .extracting(size -> size.number(1))
        .containsExactly(1L, 4L, 3L, 4L);
  }

  private static Stream<String> inputs(Fields node) {
    return node.all(3).stream()
        .map(bytes -> new String((byte[]) bytes, java.nio.charset.StandardCharsets.UTF_8));
  }
}
