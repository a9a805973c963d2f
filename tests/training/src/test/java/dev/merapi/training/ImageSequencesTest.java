package dev.merapi.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.merapi.cli.job.Jobs;
import dev.merapi.cli.job.Kinds;
import dev.merapi.cli.job.LoadedJob;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.train.TextWriter;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.ShapeDataset;
import dev.merapi.train.decode.BeamSearch;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the models of images with sequences learn of made-up data. */
@Tag("slow")
class ImageSequencesTest {
  private static final DataDirectories NOWHERE = DataDirectories.usual(null, Map.of());

  private final long start = System.nanoTime();

  @BeforeEach
  void requireDevice() {
    assumeTrue(Backends.availability().get("cpu").usable());
  }

  /** No word of a caption may be wrong. */
  @Test
  void captionsSayWhatImagesShow() throws Exception {
    LoadedJob job = new Jobs(Kinds.registry(), Path.of("")).load("captioning", List.of());
    Dataset data = job.openTrain(NOWHERE);
    ShapeDataset test = (ShapeDataset) job.openTest(NOWHERE);
    TrainingConfig config = job.config(data);
    try (Backend backend = Backends.open("cpu");
        Trainer trainer = new Trainer(backend, config, data)) {
      trainer.fit(data, null);
      TextWriter writer =
          new TextWriter(
              backend,
              config,
              test,
              test.vocabularies().get(ShapeDataset.CAPTION),
              BeamSearch.greedy(),
              trainer.weights());
      List<List<TextWriter.Text>> said =
          writer.write(IntStream.range(0, test.size()).mapToObj(i -> image(test, i)).toList());
      long right =
          IntStream.range(0, test.size())
              .filter(i -> said.get(i).get(0).text().equals(test.caption(i)))
              .count();
      double share = (double) right / test.size();
      Results.keep(
          "captioning",
          String.format(
              Locale.ROOT,
              "%.4f of %,d captions without an error, after %d epochs of %,d images: '%s'",
              share,
              test.size(),
              config.epochs(),
              data.size(),
              said.get(0).get(0).text()),
          start);
      assertThat(share).isGreaterThanOrEqualTo(0.9);
    }
  }

  private static List<HostTensor> image(ShapeDataset data, int sample) {
    List<HostTensor> inputs = data.inputTypes().stream().map(HostTensor::zeros).toList();
    ByteBuffer words = HostTensor.zeros(data.targetType()).bytes();
    data.copy(sample, inputs.stream().map(HostTensor::bytes).toList(), List.of(words));
    return inputs.subList(0, 1);
  }

  @Test
  void videosSayWhereADigitMoves() throws Exception {
    TrainedJob trained = TrainedJob.of("video", List.of());
    Results.keep("video", trained.toString(), start);
    assertThat(trained.accuracy()).isGreaterThanOrEqualTo(0.98);
  }

  /** Of the captions of a batch of 50 images, its own is the nearest to an image. */
  @Test
  void captionsAreNearTheirImages() throws Exception {
    TrainedJob trained = TrainedJob.of("joint-embedding", List.of());
    double first = trained.test().metrics().get("recall_at_1").item();
    double fifth = trained.test().metrics().get("recall_at_5").item();
    Results.keep(
        "joint-embedding",
        String.format(
            Locale.ROOT,
            "recall of the right caption %.4f at 1, %.4f at 5, after %d epochs of %,d images",
            first,
            fifth,
            trained.epochs(),
            trained.samples()),
        start);
    assertThat(first).isGreaterThanOrEqualTo(0.9);
  }
}
