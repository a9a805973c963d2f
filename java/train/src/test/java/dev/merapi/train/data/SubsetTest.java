package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SubsetTest {
  private static Dataset numbers(int size) {
    int[] values = IntStream.range(0, size).toArray();
    return new TensorDataset(
        "numbers",
        HostTensor.of(Shape.of(size), values),
        HostTensor.of(Shape.of(size), values),
        size);
  }

  private static List<Integer> targets(Dataset dataset) {
    List<Integer> targets = new ArrayList<>();
    for (int i = 0; i < dataset.size(); i++) {
      ByteBuffer input = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder());
      ByteBuffer target = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder());
      dataset.copy(i, input, target);
      assertThat(input.remaining()).isZero();
      assertThat(input.flip()).isEqualTo(target.flip());
      targets.add(target.getInt(0));
    }
    return targets;
  }

  @Test
  void hasTheGivenSamplesInTheGivenOrder() {
    Dataset subset = new Subset(numbers(10), 7, 2, 2);
    assertThat(targets(subset)).containsExactly(7, 2, 2);
    assertThat(subset.classes()).isEqualTo(10);
    assertThat(subset.description()).isEqualTo("3 of numbers, 10 samples");
    assertThatThrownBy(() -> new Subset(numbers(10), 10))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void aSplitHasEverySampleOnce() {
    Subset.Split split = Subset.split(numbers(100), 0.1, 42);
    assertThat(split.train().size()).isEqualTo(90);
    List<Integer> all = targets(split.train());
    List<Integer> validation = targets(split.validation());
    assertThat(validation).isNotEqualTo(IntStream.range(90, 100).boxed().toList());
    all.addAll(validation);
    assertThat(all).containsExactlyInAnyOrderElementsOf(targets(numbers(100)));
    assertThat(targets(Subset.split(numbers(100), 0.1, 42).validation())).isEqualTo(validation);
    assertThat(targets(Subset.split(numbers(100), 0.1, 43).validation())).isNotEqualTo(validation);
  }

  @Test
  void bothPartsHaveAtLeastOneSample() {
    assertThat(Subset.split(numbers(3), 0.01, 1).validation().size()).isEqualTo(1);
    assertThat(Subset.split(numbers(3), 0.99, 1).train().size()).isEqualTo(1);
    assertThatThrownBy(() -> Subset.split(numbers(1), 0.5, 1)).isInstanceOf(DataException.class);
    assertThatThrownBy(() -> Subset.split(numbers(9), 1, 1)).hasMessageContaining("found 1.0");
  }

  @Test
  void theEndOfASequenceIsKeptForValidation() {
    Dataset text = new TextDataset("text", "abcdefghijk", "abcdefghijk", 1);
    Subset.Split split = Subset.split(text, 0.3, 1);

    assertThat(split.train().size()).isEqualTo(7);
    assertThat(split.validation().size()).isEqualTo(3);
    assertThat(split.train().sequential()).isTrue();
    assertThat(split.validation().sequential()).isTrue();
    HostTensor input = HostTensor.zeros(text.inputType());
    HostTensor target = HostTensor.zeros(text.targetType());
    split.validation().copy(0, input.bytes(), target.bytes());
    assertThat(input.item()).isEqualTo(7);
    assertThat(target.item()).isEqualTo(8);
  }

  @Test
  void onlyNeighboursAreASequence() {
    Dataset text = new TextDataset("text", "abcdefghijk", "abcdefghijk", 1);
    assertThat(new Subset(text, 3, 4, 5).sequential()).isTrue();
    assertThat(new Subset(text, 3, 5).sequential()).isFalse();
    assertThat(new Subset(new Xor(2).open("train", null), 3, 4).sequential()).isFalse();
  }
}
