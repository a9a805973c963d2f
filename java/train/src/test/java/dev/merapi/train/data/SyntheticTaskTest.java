package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Sequences that are made up. */
class SyntheticTaskTest {
  private static final DataDirectories NOWHERE = new DataDirectories(List.of(Path.of("nowhere")));

  /** A sample: its inputs, then its targets. */
  private static List<double[]> sample(Dataset data, int sample, int epoch) {
    List<HostTensor> inputs = data.inputTypes().stream().map(HostTensor::zeros).toList();
    List<HostTensor> targets = data.targetTypes().stream().map(HostTensor::zeros).toList();
    List<ByteBuffer> inputBytes = inputs.stream().map(HostTensor::bytes).toList();
    List<ByteBuffer> targetBytes = targets.stream().map(HostTensor::bytes).toList();
    data.reader().copy(sample, epoch, inputBytes, targetBytes);
    assertThat(inputBytes).allMatch(bytes -> !bytes.hasRemaining());
    assertThat(targetBytes).allMatch(bytes -> !bytes.hasRemaining());
    return Stream.concat(inputs.stream(), targets.stream()).map(HostTensor::toDoubleArray).toList();
  }

  @Test
  void copiesArePrintedBehindTheirEnd() {
    Dataset data = new CopyTask(2, 3, 2, 50, 10, 1).open("train", NOWHERE);
    assertThat(data.size()).isEqualTo(50);
    assertThat(data.inputType()).isEqualTo(TensorType.f32(8, 4));
    assertThat(data.targetType()).isEqualTo(TensorType.f32(8, 2));
    int[] lengths = new int[4];
    for (int i = 0; i < 50; i++) {
      double[] x = sample(data, i, 0).get(0);
      double[] y = sample(data, i, 0).get(1);
      int length = x[3 * 4 + 3] == 1 ? 2 : 3;
      lengths[length]++;
      for (int row = 0; row < 8; row++) {
        boolean content = row >= 1 && row <= length;
        boolean copy = row > length + 1 && row <= 2 * length + 1;
        assertThat(x[row * 4 + 2]).as("begins").isEqualTo(row == 0 ? 1 : 0);
        assertThat(x[row * 4 + 3]).as("ends").isEqualTo(row == length + 1 ? 1 : 0);
        for (int bit = 0; bit < 2; bit++) {
          assertThat(x[row * 4 + bit]).isIn(content ? List.of(0.0, 1.0) : List.of(0.0));
          double wanted = copy ? x[(row - length - 1) * 4 + bit] : -1;
          assertThat(y[row * 2 + bit]).as("row %s of %s", row, length).isEqualTo(wanted);
        }
      }
    }
    assertThat(lengths[2]).isBetween(10, 40);
  }

  @Test
  void trainingSamplesAreNewInEachEpochAndTestSamplesAreNot() {
    for (DatasetSource source : List.of(new CopyTask(5, 9), new Adding(20), new Parity(30))) {
      Dataset train = source.open("train", NOWHERE);
      assertThat(sample(train, 3, 1).get(0)).isEqualTo(sample(train, 3, 1).get(0));
      assertThat(sample(train, 3, 1).get(0)).isNotEqualTo(sample(train, 3, 0).get(0));
      assertThat(sample(train, 3, 1).get(0)).isNotEqualTo(sample(train, 4, 1).get(0));
      Dataset test = source.open("test", NOWHERE);
      assertThat(sample(test, 3, 1).get(0)).isEqualTo(sample(test, 3, 0).get(0));
      assertThat(sample(test, 3, 0).get(0)).isNotEqualTo(sample(train, 3, 0).get(0));
    }
  }

  @Test
  void twoNumbersAreAdded() {
    Dataset data = new Adding(7).open("train", NOWHERE);
    assertThat(data.inputType()).isEqualTo(TensorType.f32(7, 2));
    for (int i = 0; i < 100; i++) {
      double[] x = sample(data, i, 0).get(0);
      double sum = 0;
      int early = 0;
      int marks = 0;
      for (int t = 0; t < 7; t++) {
        assertThat(x[2 * t]).isBetween(0.0, 1.0);
        assertThat(x[2 * t + 1]).isIn(0.0, 1.0);
        sum += x[2 * t] * x[2 * t + 1];
        marks += (int) x[2 * t + 1];
        early += t < 3 ? (int) x[2 * t + 1] : 0;
      }
      assertThat(marks).isEqualTo(2);
      assertThat(early).isEqualTo(1);
      assertThat(sample(data, i, 0).get(1)[0]).isCloseTo(sum, within(1e-6));
    }
  }

  @Test
  void parityIsThatOfTheOnes() {
    Dataset data = new Parity(6).open("test", NOWHERE);
    assertThat(data.classes()).isEqualTo(2);
    assertThat(data.targetType()).isEqualTo(TensorType.scalar(DType.I32));
    int odd = 0;
    for (int i = 0; i < 200; i++) {
      List<double[]> sample = sample(data, i, 0);
      double label = 0;
      for (double bit : sample.get(0)) {
        label = bit == 1 ? 1 - label : label;
      }
      assertThat(sample.get(1)[0]).isEqualTo(label);
      odd += (int) label;
    }
    assertThat(odd).isBetween(60, 140);
  }

  @Test
  void optionsHaveRanges() {
    assertThatThrownBy(() -> new CopyTask(3, 2))
        .hasMessage("expected lengths of at least 1, found minLength 3 and maxLength 2");
    assertThatThrownBy(() -> new CopyTask(1, 2, 0, 1, 1, 1)).hasMessageContaining("found 0");
    assertThatThrownBy(() -> new Adding(1)).hasMessage("length must be at least 2, found 1");
    assertThatThrownBy(() -> new Parity(0)).hasMessage("length must be at least 1, found 0");
    assertThatThrownBy(() -> new Parity(3, 0, 1, 1).open("train", NOWHERE))
        .hasMessage("parity train: expected at least 1 sample, found 0");
  }
}
