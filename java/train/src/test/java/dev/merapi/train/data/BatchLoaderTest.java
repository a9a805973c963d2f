package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class BatchLoaderTest {
  /** Sample i has the input (i, -i) and the target 10 i. */
  private static Dataset numbers(int size) {
    HostTensor inputs = HostTensor.zeros(TensorType.f32(size, 2));
    HostTensor targets = HostTensor.zeros(new TensorType(DType.I32, Shape.of(size)));
    for (int i = 0; i < size; i++) {
      inputs.set(2 * i, i);
      inputs.set(2 * i + 1, -i);
      targets.set(i, 10 * i);
    }
    return new TensorDataset("numbers", inputs, targets, 0);
  }

  /** The samples of an epoch in their order, after checking that inputs and targets belong. */
  private static List<Integer> samples(Iterable<Batch> epoch) {
    List<Integer> samples = new ArrayList<>();
    for (Batch batch : epoch) {
      assertThat(batch.inputs().type()).isEqualTo(TensorType.f32(batch.size(), 2));
      assertThat(batch.targets().shape()).isEqualTo(Shape.of(batch.size()));
      for (int i = 0; i < batch.size(); i++) {
        int sample = (int) batch.inputs().get(2 * i);
        assertThat(batch.inputs().get(2 * i + 1)).isEqualTo(-sample);
        assertThat(batch.targets().get(i)).isEqualTo(10 * sample);
        samples.add(sample);
      }
    }
    return samples;
  }

  private static List<Integer> upTo(int size) {
    return IntStream.range(0, size).boxed().toList();
  }

  @Test
  void anEpochInOrderHasEverySampleInTurn() {
    try (BatchLoader loader = new BatchLoader(numbers(10), BatchLoader.Options.inOrder(4))) {
      assertThat(loader.batchesPerEpoch()).isEqualTo(3);
      assertThat(loader.batchSize(1)).isEqualTo(4);
      assertThat(loader.batchSize(2)).isEqualTo(2);
      assertThat(samples(loader.epoch(0))).isEqualTo(upTo(10));
      assertThat(samples(loader.epoch(1))).isEqualTo(upTo(10));
    }
  }

  /** The samples of an epoch, a list for each batch, after checking that all are there whole. */
  private static List<List<Integer>> lengths(Iterable<Batch> epoch) {
    List<List<Integer>> batches = new ArrayList<>();
    for (Batch batch : epoch) {
      int length = batch.inputs().shape().dim(1);
      List<Integer> samples = new ArrayList<>();
      int longest = 0;
      for (int i = 0; i < batch.size(); i++) {
        int sample = (int) batch.targets().get(i);
        samples.add(sample);
        longest = Math.max(longest, sample % 7 + 1);
        for (int j = 0; j < length; j++) {
          assertThat(batch.inputs().get(i * length + j)).isEqualTo(j <= sample % 7 ? 1 : 0);
        }
      }
      assertThat(length).isEqualTo(longest <= 2 ? 2 : longest <= 4 ? 4 : 7);
      batches.add(samples);
    }
    return batches;
  }

  @Test
  void aBatchIsAsLongAsItsBucket() {
    // 70 samples: 20 of up to 2, 20 of up to 4, 30 of up to 7; batches of 8
    for (int threads : new int[] {1, 3}) {
      BatchLoader.Options options = BatchLoader.Options.shuffled(8, 5).threads(threads);
      try (BatchLoader loader = new BatchLoader(new LengthsDataset(70), options)) {
        assertThat(loader.batchesPerEpoch()).isEqualTo(9);
        List<List<Integer>> first = lengths(loader.epoch(1));
        assertThat(first.stream().map(List::size)).containsExactly(8, 8, 8, 8, 8, 8, 8, 8, 6);
        assertThat(first.stream().flatMap(List::stream).sorted().toList()).isEqualTo(upTo(70));
        assertThat(lengths(loader.epoch(1))).isEqualTo(first);
        assertThat(lengths(loader.epoch(1, 4))).isEqualTo(first.subList(4, 9));
        List<List<Integer>> second = lengths(loader.epoch(2));
        assertThat(second.stream().flatMap(List::stream).sorted().toList()).isEqualTo(upTo(70));
        assertThat(second).isNotEqualTo(first);
        // 20 / 8: two batches of the first bucket alone, and 4 samples that begin the next one's
        assertThat(first.stream().filter(b -> b.stream().allMatch(s -> s % 7 < 2))).hasSize(2);
        List<Integer> lengths = first.stream().map(b -> Collections.max(modulo(b))).toList();
        assertThat(lengths.subList(0, 8)).isNotEqualTo(lengths.stream().limit(8).sorted().toList());
      }
    }
  }

  private static List<Integer> modulo(List<Integer> samples) {
    return samples.stream().map(sample -> sample % 7).toList();
  }

  @Test
  void bucketsOfASubsetAreThoseOfItsSamples() {
    Dataset some = new Subset(new LengthsDataset(70), 69, 6, 0, 7, 8, 1, 5, 4);
    try (BatchLoader loader = new BatchLoader(some, BatchLoader.Options.inOrder(3))) {
      // by bucket, and within it as they are
      assertThat(lengths(loader.epoch(1)))
          .containsExactly(List.of(0, 7, 8), List.of(1, 69, 6), List.of(5, 4));
    }
    BatchLoader.Options whole = BatchLoader.Options.inOrder(3).dropLast(true);
    try (BatchLoader loader = new BatchLoader(some, whole)) {
      assertThat(lengths(loader.epoch(1))).containsExactly(List.of(0, 7, 8), List.of(1, 69, 6));
    }
  }

  @Test
  void anyNumberOfThreadsGivesTheSameBatches() {
    BatchLoader.Options options = BatchLoader.Options.shuffled(3, 5);
    List<Integer> expected;
    try (BatchLoader loader = new BatchLoader(numbers(100), options)) {
      expected = samples(loader.epoch(1));
    }
    for (int threads = 2; threads <= 6; threads += 2) {
      try (BatchLoader loader = new BatchLoader(numbers(100), options.threads(threads))) {
        for (int repeat = 0; repeat < 20; repeat++) {
          assertThat(samples(loader.epoch(1))).isEqualTo(expected);
          assertThat(samples(loader.epoch(1, 20))).isEqualTo(expected.subList(60, 100));
          loader.epoch(2).iterator().next(); // given up
        }
      }
    }
  }

  @Test
  void everyRowOfSequentialDataIsAStream() {
    try (BatchLoader loader = new BatchLoader(numbers(11), BatchLoader.Options.streams(3))) {
      assertThat(loader.batchesPerEpoch()).isEqualTo(3);
      assertThat(loader.samplesPerEpoch()).isEqualTo(9);
      assertThat(loader.batchSize(2)).isEqualTo(3);
      for (int epoch = 0; epoch < 2; epoch++) {
        assertThat(samples(loader.epoch(epoch))).containsExactly(0, 3, 6, 1, 4, 7, 2, 5, 8);
      }
    }
  }

  @Test
  void theDataSayWhetherTheyAreStreams() {
    Dataset text = new TextDataset("text", "abcabcabc", "abc", 2);
    assertThat(BatchLoader.Options.training(text, 2, 1).order())
        .isEqualTo(BatchLoader.Order.STREAMS);
    assertThat(BatchLoader.Options.evaluation(text, 2).order())
        .isEqualTo(BatchLoader.Order.STREAMS);
    assertThat(BatchLoader.Options.training(numbers(3), 2, 1).order())
        .isEqualTo(BatchLoader.Order.SHUFFLED);
    assertThat(BatchLoader.Options.evaluation(numbers(3), 2).order())
        .isEqualTo(BatchLoader.Order.AS_IS);
  }

  @Test
  void shuffledEpochsDifferButDependOnlyOnSeedAndEpoch() {
    List<Integer> first;
    List<Integer> second;
    try (BatchLoader loader = new BatchLoader(numbers(101), BatchLoader.Options.shuffled(7, 42))) {
      first = samples(loader.epoch(0));
      second = samples(loader.epoch(1));
    }
    assertThat(first).containsExactlyInAnyOrderElementsOf(upTo(101)).isNotEqualTo(upTo(101));
    assertThat(second).containsExactlyInAnyOrderElementsOf(upTo(101)).isNotEqualTo(first);
    try (BatchLoader loader = new BatchLoader(numbers(101), BatchLoader.Options.shuffled(7, 42))) {
      assertThat(samples(loader.epoch(1))).isEqualTo(second);
      assertThat(samples(loader.epoch(1, 3))).isEqualTo(second.subList(21, 101));
      assertThat(samples(loader.epoch(1, 15))).isEmpty();
    }
    try (BatchLoader loader = new BatchLoader(numbers(101), BatchLoader.Options.shuffled(7, 43))) {
      assertThat(samples(loader.epoch(0))).isNotEqualTo(first);
    }
  }

  /**
   * The same order on every machine. The golden order is from a Python script with Philox 4x32-10
   * written from the paper (it gives Random123's known answer 6627e8d5 e169c58d bc57ac4c 9b00dbd8
   * for zeros): k0 = 42, k1 = the FNV-1a hash of "shuffle#0" mixed as in MurmurHash3, counters (n /
   * 4, 0, 3, 0), and for i from 7 to 1 with the words in turn: j = word * (i + 1) >> 32; swap
   * order[i], order[j].
   */
  @Test
  void theShuffleIsPinned() {
    int[] order = new int[8];
    new RandomStream(42, "shuffle", 3).permute(order);
    assertThat(order).containsExactly(7, 1, 2, 0, 3, 4, 6, 5);
  }

  @Test
  void dropLastLeavesOutTheSmallerBatch() {
    BatchLoader.Options options =
        new BatchLoader.Options(4, BatchLoader.Order.AS_IS, 0, true, 2, 1);
    try (BatchLoader loader = new BatchLoader(numbers(10), options)) {
      assertThat(loader.batchesPerEpoch()).isEqualTo(2);
      assertThat(samples(loader.epoch(0))).isEqualTo(upTo(8));
    }
  }

  @Test
  void aSingleSmallerBatchIsAnEpoch() {
    try (BatchLoader loader = new BatchLoader(numbers(3), BatchLoader.Options.inOrder(4))) {
      assertThat(samples(loader.epoch(0))).isEqualTo(upTo(3));
      assertThat(samples(loader.epoch(1))).isEqualTo(upTo(3));
    }
  }

  @Test
  void buffersAreRecycled() {
    Set<HostTensor> tensors = Collections.newSetFromMap(new IdentityHashMap<>());
    BatchLoader.Options options =
        new BatchLoader.Options(2, BatchLoader.Order.SHUFFLED, 1, false, 3, 1);
    try (BatchLoader loader = new BatchLoader(numbers(41), options)) {
      for (int epoch = 0; epoch < 5; epoch++) {
        for (Batch batch : loader.epoch(epoch)) {
          tensors.add(batch.inputs());
        }
      }
    }
    assertThat(tensors).as("three ahead, one in use, one smaller").hasSizeLessThanOrEqualTo(5);
  }

  @Test
  void anEpochCanBeGivenUp() {
    try (BatchLoader loader = new BatchLoader(numbers(50), BatchLoader.Options.shuffled(4, 1))) {
      List<Integer> whole = samples(loader.epoch(7));
      for (int i = 0; i < 20; i++) {
        Iterator<Batch> givenUp = loader.epoch(i).iterator();
        for (int j = 0; j < i % 13; j++) {
          givenUp.next();
        }
        assertThat(samples(loader.epoch(7))).isEqualTo(whole);
        assertThatThrownBy(givenUp::next)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("another epoch");
      }
    }
  }

  /** The numbers, where reading one of them fails or blocks. */
  private static Dataset trouble(int size, int troubled, Runnable action) {
    Dataset numbers = numbers(size);
    return new Dataset() {
      @Override
      public int size() {
        return numbers.size();
      }

      @Override
      public TensorType inputType() {
        return numbers.inputType();
      }

      @Override
      public TensorType targetType() {
        return numbers.targetType();
      }

      @Override
      public int classes() {
        return 0;
      }

      @Override
      public void copy(int sample, ByteBuffer input, ByteBuffer target) {
        if (sample == troubled) {
          action.run();
        }
        numbers.copy(sample, input, target);
      }
    };
  }

  @Test
  void anErrorOfTheThreadComesAfterTheBatchesBeforeIt() {
    Dataset dataset =
        trouble(
            12,
            9,
            () -> {
              throw new DataException("record 9 is damaged");
            });
    try (BatchLoader loader = new BatchLoader(dataset, BatchLoader.Options.inOrder(4))) {
      for (int attempt = 0; attempt < 2; attempt++) {
        Iterator<Batch> batches = loader.epoch(attempt).iterator();
        assertThat(batches.next().targets().get(0)).isEqualTo(0);
        assertThat(batches.next().targets().get(0)).isEqualTo(40);
        assertThatThrownBy(batches::next)
            .isInstanceOf(DataException.class)
            .hasMessage("record 9 is damaged");
      }
    }
  }

  @Test
  void anErrorAmongSeveralThreadsComesInTurn() {
    Dataset dataset =
        trouble(
            40,
            21,
            () -> {
              throw new DataException("record 21 is damaged");
            });
    BatchLoader.Options options = BatchLoader.Options.inOrder(4).threads(3);
    try (BatchLoader loader = new BatchLoader(dataset, options)) {
      Iterator<Batch> batches = loader.epoch(0).iterator();
      for (int i = 0; i < 5; i++) {
        assertThat(batches.next().targets().get(0)).isEqualTo(40 * i);
      }
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(batches::next).hasMessage("record 21 is damaged");
      }
      assertThat(loader.epoch(1, 6).iterator().next().targets().get(0)).isEqualTo(240);
    }
  }

  @Test
  void anyThrowableSurfaces() {
    Dataset dataset =
        trouble(
            4,
            0,
            () -> {
              throw new StackOverflowError("deep");
            });
    try (BatchLoader loader = new BatchLoader(dataset, BatchLoader.Options.inOrder(4))) {
      assertThatThrownBy(() -> samples(loader.epoch(0)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("deep")
          .hasCauseInstanceOf(StackOverflowError.class);
    }
  }

  @Test
  void closeEndsTheThreadInTheMiddleOfAnEpoch() {
    BatchLoader loader = new BatchLoader(numbers(1000), BatchLoader.Options.inOrder(2));
    Iterator<Batch> batches = loader.epoch(0).iterator();
    batches.next();
    loader.close();
    loader.close();
    assertThatThrownBy(batches::next).hasMessageContaining("closed");
  }

  @Test
  void closeInterruptsADataSetThatBlocks() throws InterruptedException {
    CountDownLatch reading = new CountDownLatch(1);
    Dataset dataset =
        trouble(
            4,
            0,
            () -> {
              reading.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    BatchLoader loader = new BatchLoader(dataset, BatchLoader.Options.inOrder(4));
    loader.epoch(0).iterator();
    reading.await();
    loader.close();
  }

  @Test
  void anInterruptedConsumerSaysSo() {
    CountDownLatch blocked = new CountDownLatch(1);
    Dataset dataset =
        trouble(
            4,
            0,
            () -> {
              try {
                blocked.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    try (BatchLoader loader = new BatchLoader(dataset, BatchLoader.Options.inOrder(4))) {
      Iterator<Batch> batches = loader.epoch(0).iterator();
      Thread.currentThread().interrupt();
      assertThatThrownBy(batches::next).hasMessageContaining("interrupted");
      assertThat(Thread.interrupted()).isTrue();
      blocked.countDown();
    }
  }

  @Test
  void noBatchAtAllIsAnError() {
    assertThatThrownBy(
            () ->
                new BatchLoader(
                    numbers(3), new BatchLoader.Options(4, BatchLoader.Order.AS_IS, 0, true, 1, 1)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("batch of 4, found 3");
    assertThatThrownBy(() -> BatchLoader.Options.inOrder(0)).hasMessageContaining("found 0");
  }
}
