package dev.merapi.training;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Profile;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import dev.merapi.nn.model.VggSmall;
import dev.merapi.train.Trainer;
import dev.merapi.train.TrainingConfig;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.data.augment.Affine;
import dev.merapi.train.data.augment.Augmentation;
import dev.merapi.train.data.augment.AugmentedDataset;
import dev.merapi.train.data.augment.Blur;
import dev.merapi.train.data.augment.ColorJitter;
import dev.merapi.train.data.augment.Crop;
import dev.merapi.train.data.augment.Elastic;
import dev.merapi.train.data.augment.Flip;
import dev.merapi.train.data.augment.Noise;
import dev.merapi.train.data.augment.PcaNoise;
import dev.merapi.train.data.augment.ResizedCrop;
import dev.merapi.train.data.augment.Rotate;
import dev.merapi.train.data.augment.Scale;
import dev.merapi.train.data.augment.Sharpen;
import dev.merapi.train.data.augment.Shift;
import dev.merapi.train.optimizer.Sgd;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** How fast colour images of 32x32 are augmented, and whether a training waits for them. */
final class AugmentationSpeed {
  static final List<Augmentation> SHIFT_FLIP_CROP = List.of(new Shift(2), new Flip(), new Crop(4));

  /** Every augmentation that there is. */
  static final List<Augmentation> ALL =
      List.of(
          new Shift(2),
          new Scale(0.9, 1.1),
          new Rotate(10),
          new Affine(2, 0.1, 10),
          new Flip(0.5, 0.5),
          new Crop(4),
          new ResizedCrop(0.5),
          new ColorJitter(0.2, 0.2, 0.2, 0.1),
          new PcaNoise(0.1),
          new Blur(),
          new Sharpen(2, 1),
          new Elastic(10, 4),
          new Noise(0.05));

  private static final Shape IMAGE = Shape.of(3, 32, 32);
  private static final double SECONDS = 3;
  private static final int BATCH = 32;
  private static final int STEPS = 60;

  /** More than there are kernels and waits in all steps. */
  private static final int SPANS = 1000 * STEPS;

  private AugmentationSpeed() {}

  private static Dataset images(int size) {
    byte[] pixels = new byte[size * IMAGE.elements()];
    new SplittableRandom(1).nextBytes(pixels);
    int[] labels = new int[size];
    for (int i = 0; i < size; i++) {
      labels[i] = i % 10;
    }
    return new TensorDataset(
        "random images",
        HostTensor.of(Shape.of(size).concat(IMAGE), pixels),
        HostTensor.of(Shape.of(size), labels),
        10);
  }

  /** Images per second of one thread, in the second of two rounds. */
  static double imagesPerSecond(List<Augmentation> augmentations) {
    Dataset.Reader reader = new AugmentedDataset(images(1000), augmentations, 1).reader();
    List<ByteBuffer> input = List.of(ByteBuffer.allocateDirect(IMAGE.elements()));
    List<ByteBuffer> target = List.of(ByteBuffer.allocateDirect(Integer.BYTES));
    double rate = 0;
    for (int round = 0; round < 2; round++) {
      long start = System.nanoTime();
      double elapsed = 0;
      int count = 0;
      while (elapsed < SECONDS) {
        for (int i = 0; i < 100; i++, count++) {
          input.get(0).clear();
          target.get(0).clear();
          reader.copy(count % 1000, count / 1000, input, target);
        }
        elapsed = (System.nanoTime() - start) * 1e-9;
      }
      rate = count / elapsed;
    }
    return rate;
  }

  /**
   * What a training of vgg-small waits for.
   *
   * @param first seconds that the training thread waited for the first batch, of code that is cold
   * @param later for all others together
   * @param median of the others
   * @param seconds that the training took
   */
  record Waiting(double first, double later, double median, double seconds) {
    static Waiting of(List<Augmentation> augmentations) {
      Dataset data = new AugmentedDataset(images(BATCH * STEPS), augmentations, 1);
      TrainingConfig config =
          TrainingConfig.of("vgg-small", new VggSmall(), new SoftmaxCrossEntropy(), new Sgd(0.001))
              .batch(BATCH);
      Profile profile = Profile.start(SPANS);
      try (Backend backend = Backends.open("cpu");
          Trainer trainer =
              new Trainer(backend, config, data, CompileOptions.DEFAULT.profile(profile))) {
        long start = System.nanoTime();
        trainer.fit(data, null);
        double seconds = (System.nanoTime() - start) * 1e-9;
        List<Long> waits =
            profile.spans().stream()
                .filter(span -> span.work().name().equals("wait for data"))
                .map(Profile.Span::nanos)
                .toList();
        double all = waits.stream().mapToLong(nanos -> nanos).sum() * 1e-9;
        double first = waits.get(0) * 1e-9;
        double median = waits.stream().skip(1).sorted().skip(STEPS / 2).findFirst().orElseThrow();
        return new Waiting(first, all - first, median * 1e-9, seconds);
      }
    }

    /** Of the training's time, without the first batch. */
    double share() {
      return later / seconds;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%.1f ms for the first batch, %.1f ms for %d more (median %.3f ms), %.2f %% of %.1f s",
          1e3 * first,
          1e3 * later,
          STEPS - 1,
          1e3 * median,
          100 * share(),
          seconds);
    }
  }
}
