package dev.merapi.train.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.BatchLoader;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AugmentedDatasetTest {
  private static final Shape SHAPE = Shape.of(3, 8, 8);
  private static final List<Augmentation> ALL =
      List.of(
          new Shift(2),
          new Scale(0.8, 1.2),
          new Rotate(10),
          new Affine(1, 0.1, 10),
          new Flip(0.5, 0.5),
          new Crop(2),
          new ResizedCrop(0.5),
          new ColorJitter(0.2, 0.2, 0.2, 0.1),
          new PcaNoise(0.1),
          new Blur(),
          new Sharpen(2, 0.5),
          new Elastic(10, 2),
          new Noise(0.05));

  private static byte[] read(Dataset.Reader reader, int sample, int epoch) {
    ByteBuffer input = ByteBuffer.allocate(3 + SHAPE.elements()).position(3);
    reader.copy(sample, epoch, List.of(input), List.of(ByteBuffer.allocate(4)));
    assertThat(input.hasRemaining()).isFalse();
    return Arrays.copyOfRange(input.array(), 3, input.capacity());
  }

  @Test
  void whatIsDrawnDependsOnSeedEpochAndSample() {
    Dataset data = Images.dataset(10, SHAPE);
    Dataset augmented = new AugmentedDataset(data, ALL, 42);
    Dataset.Reader first = augmented.reader();
    Dataset.Reader second = new AugmentedDataset(data, ALL, 42).reader();
    byte[][][] seen = new byte[3][10][];
    for (int epoch = 0; epoch < 3; epoch++) {
      for (int sample = 0; sample < 10; sample++) {
        seen[epoch][sample] = read(first, sample, epoch);
      }
    }
    for (int epoch = 2; epoch >= 0; epoch--) {
      for (int sample = 9; sample >= 0; sample--) {
        assertThat(read(second, sample, epoch)).isEqualTo(seen[epoch][sample]);
      }
    }
    assertThat(seen[0][4]).isNotEqualTo(seen[1][4]);
    assertThat(read(new AugmentedDataset(data, ALL, 43).reader(), 4, 1)).isNotEqualTo(seen[1][4]);
  }

  /** The hash is that of the first run: other machines and JDKs must give the same. */
  @Test
  void theBitsArePinned() {
    Dataset.Reader reader = new AugmentedDataset(Images.dataset(10, SHAPE), ALL, 42).reader();
    int hash = 0;
    for (int sample = 0; sample < 10; sample++) {
      hash = 31 * hash + Arrays.hashCode(read(reader, sample, 1));
    }
    assertThat(hash).isEqualTo(966903302);
  }

  private static List<byte[]> batches(Dataset data, int threads, int epoch, int firstBatch) {
    BatchLoader.Options options = BatchLoader.Options.training(data, 7, 3).threads(threads);
    List<byte[]> batches = new ArrayList<>();
    try (BatchLoader loader = new BatchLoader(data, options)) {
      for (Batch batch : loader.epoch(epoch, firstBatch)) {
        byte[] bytes = new byte[batch.inputs().elements()];
        batch.inputs().bytes().get(bytes);
        batches.add(bytes);
      }
    }
    return batches;
  }

  @Test
  void neitherThreadsNorAResumeChangeABatch() {
    Dataset data = new AugmentedDataset(Images.dataset(100, SHAPE), ALL, 42);
    List<byte[]> expected = batches(data, 1, 2, 0);
    assertThat(expected).hasSize(15);
    assertThat(batches(data, 5, 2, 0)).containsExactlyElementsOf(expected);
    assertThat(batches(data, 3, 2, 6)).containsExactlyElementsOf(expected.subList(6, 15));
    assertThat(batches(data, 3, 3, 0).get(0)).isNotEqualTo(expected.get(0));
  }

  @Test
  void copiesAreAsTheyWere() {
    Dataset data = Images.dataset(4, SHAPE);
    Dataset augmented = new AugmentedDataset(data, ALL, 42);
    byte[] copied = read((sample, epoch, in, to) -> augmented.copy(sample, in, to), 2, 0);
    assertThat(copied).isEqualTo(read(data.reader(), 2, 0));
    assertThat(augmented.size()).isEqualTo(4);
    assertThat(augmented.computed()).isTrue();
    assertThat(augmented.description()).contains("random images, 4 samples, augmented by [Shift");
  }

  static List<Dataset> augmented() {
    HostTensor labels = HostTensor.of(Shape.of(10), new int[10]);
    int[] words = new int[10 * 48];
    Arrays.setAll(words, i -> i % 48 < 30 ? 4 + i : 0);
    Dataset texts = new TensorDataset("texts", HostTensor.of(Shape.of(10, 48), words), labels, 2);
    Dataset sounds =
        new TensorDataset("sounds", HostTensor.zeros(TensorType.f32(10, 2, 24)), labels, 2);
    return List.of(
        new AugmentedDataset(Images.dataset(10, SHAPE), ALL, 42),
        new AugmentedDataset(
            texts, List.of(new Typos(0.1), new DropTokens(0.1), new SwapTokens(0.1)), 42),
        new AugmentedDataset(sounds, List.of(new AudioNoise(5, 40), new Echo(9, 0.5)), 42));
  }

  @ParameterizedTest
  @MethodSource("augmented")
  void nothingIsAllocatedForASample(Dataset data) {
    Dataset.Reader reader = data.reader();
    List<ByteBuffer> input = List.of(ByteBuffer.allocateDirect((int) data.inputType().bytes()));
    List<ByteBuffer> target = List.of(ByteBuffer.allocateDirect(4));
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long allocated = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 200; i++) {
        input.get(0).clear();
        target.get(0).clear();
        reader.copy(i % 10, i, input, target);
      }
      allocated = Math.min(allocated, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(allocated).isLessThan(200);
  }

  @Test
  void onlyImagesOfBytesAreAugmented() {
    Dataset rows =
        new TensorDataset(
            "rows",
            HostTensor.zeros(TensorType.f32(5, 2)),
            HostTensor.of(Shape.of(5), new int[5]),
            2);
    assertThatThrownBy(() -> new AugmentedDataset(rows, List.of(new Flip()), 1))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "rows, 5 samples: expected images U8 [C, H, W] to augment by Flip[horizontal=0.5,"
                + " vertical=0.0], found [F32[2]]");
  }
}
