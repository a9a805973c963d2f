package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PairDatasetTest {
  /** Sample i is the number i, of class i mod 3. */
  private static Dataset numbers(int size) {
    HostTensor inputs = HostTensor.zeros(new TensorType(DType.I32, Shape.of(size, 1)));
    HostTensor labels = HostTensor.zeros(new TensorType(DType.I32, Shape.of(size)));
    for (int i = 0; i < size; i++) {
      inputs.set(i, i);
      labels.set(i, i % 3);
    }
    return new TensorDataset("numbers", inputs, labels, 3);
  }

  private record Pair(int first, int second, int same) {}

  private static Pair read(Dataset.Reader reader, int sample, int epoch) {
    List<HostTensor> rows =
        IntStream.range(0, 3)
            .mapToObj(i -> HostTensor.zeros(TensorType.scalar(DType.I32)))
            .toList();
    List<ByteBuffer> inputs = List.of(rows.get(0).bytes(), rows.get(1).bytes());
    reader.copy(sample, epoch, inputs, List.of(rows.get(2).bytes()));
    return new Pair((int) rows.get(0).item(), (int) rows.get(1).item(), (int) rows.get(2).item());
  }

  @Test
  void pairsSamplesWithOthers() {
    PairDataset pairs = new PairDataset(numbers(900), 1);
    assertThat(pairs.size()).isEqualTo(900);
    assertThat(pairs.classes()).isEqualTo(2);
    assertThat(pairs.inputTypes()).hasSize(2);
    Dataset.Reader reader = pairs.reader();
    int same = 0;
    for (int i = 0; i < 900; i++) {
      Pair pair = read(reader, i, 1);
      assertThat(pair.first).isEqualTo(i);
      assertThat(pair.second).isNotEqualTo(i).isBetween(0, 899);
      assertThat(pair.same).isEqualTo(pair.second % 3 == i % 3 ? 1 : 0);
      same += pair.same;
    }
    assertThat(same).isBetween(380, 520); // 450 and less than five standard deviations of 15
  }

  /** Partners of sample 0 among ten: 3, 6, 9 of its class, and all of the others. */
  @Test
  void everyPartnerIsDrawn() {
    Dataset.Reader reader = new PairDataset(numbers(10), 1).reader();
    assertThat(
            IntStream.range(0, 300)
                .mapToObj(epoch -> read(reader, 0, epoch).second)
                .distinct()
                .sorted())
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9);
  }

  @Test
  void epochsHaveOtherPairsAndTheSameOnesAgain() {
    PairDataset pairs = new PairDataset(numbers(90), 1);
    List<Pair> first = epoch(pairs, 1);
    assertThat(epoch(pairs, 2)).isNotEqualTo(first);
    assertThat(epoch(new PairDataset(numbers(90), 1), 1)).isEqualTo(first);
    assertThat(epoch(new PairDataset(numbers(90), 2), 1)).isNotEqualTo(first);
    Dataset.Reader copying =
        (sample, epoch, inputs, targets) -> pairs.copy(sample, inputs, targets);
    assertThat(IntStream.range(0, 90).mapToObj(i -> read(copying, i, 5)))
        .isEqualTo(epoch(pairs, 0));
  }

  private static List<Pair> epoch(Dataset pairs, int epoch) {
    Dataset.Reader reader = pairs.reader();
    return IntStream.range(0, pairs.size()).mapToObj(i -> read(reader, i, epoch)).toList();
  }

  /** The only sample of its class has partners of other classes alone. */
  @Test
  void aClassOfOneSampleHasNoPairOfItsOwn() {
    Dataset.Reader reader = new PairDataset(numbers(5), 1).reader();
    for (int epoch = 0; epoch < 50; epoch++) {
      assertThat(read(reader, 2, epoch).same).isZero();
    }
  }

  @Test
  void dataWithoutTwoClassesAreRefused() {
    assertThatThrownBy(() -> new PairDataset(numbers(1), 1))
        .isInstanceOf(DataException.class)
        .hasMessage("numbers, 1 samples: expected samples of two classes to pair, found 1");
    HostTensor zeros = HostTensor.zeros(TensorType.f32(2, 1));
    assertThatThrownBy(() -> new PairDataset(new TensorDataset("points", zeros, zeros, 0), 1))
        .hasMessage("points, 2 samples: expected samples of one input and a class to pair");
    assertThatThrownBy(() -> new PairDataset(numbers(9), 1).copy(0, zeros.bytes(), zeros.bytes()))
        .hasMessage(
            "pairs of numbers, 9 samples: expected samples of one input and one target,"
                + " found 2 and 1");
  }

  @Test
  void groupsAreFurtherTargets() {
    Dataset grouped = new GroupedDataset(numbers(9), List.of(List.of(1, 0, 1), List.of(0, 1, 4)));
    assertThat(grouped.targetTypes()).hasSize(3);
    assertThat(List.of(grouped.classes(0), grouped.classes(1), grouped.classes(2)))
        .containsExactly(3, 2, 5);
    List<HostTensor> targets = grouped.targetTypes().stream().map(HostTensor::zeros).toList();
    HostTensor input = HostTensor.zeros(grouped.inputType());
    grouped.copy(5, List.of(input.bytes()), targets.stream().map(HostTensor::bytes).toList());
    assertThat(input.get(0)).isEqualTo(5);
    assertThat(targets.stream().map(HostTensor::item)).containsExactly(2.0, 1.0, 4.0);
    assertThatThrownBy(() -> new GroupedDataset(numbers(9), List.of(List.of(1, 0))))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "numbers, 9 samples: expected a group of at least 0 for each of 3 classes, found"
                + " [1, 0]");
  }
}
