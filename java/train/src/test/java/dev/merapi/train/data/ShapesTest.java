package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ShapesTest {
  private static final DataDirectories NOWHERE = new DataDirectories(List.of(Path.of("nowhere")));
  private static final Map<String, int[]> COLORS =
      Map.of(
          "red", new int[] {230, 40, 40},
          "green", new int[] {40, 200, 60},
          "blue", new int[] {60, 80, 240},
          "yellow", new int[] {230, 220, 50},
          "white", new int[] {240, 240, 240});

  /** A sample's image by channel and pixel, its words before and behind. */
  private record Sample(int[][] image, int[] before, int[] behind) {
    static Sample of(Dataset data, int sample) {
      List<HostTensor> tensors =
          List.of(
              HostTensor.zeros(data.inputTypes().get(0)),
              HostTensor.zeros(data.inputTypes().get(1)),
              HostTensor.zeros(data.targetTypes().get(0)));
      data.copy(
          sample,
          List.of(tensors.get(0).bytes(), tensors.get(1).bytes()),
          List.of(tensors.get(2).bytes()));
      int[][] image = new int[3][1024];
      for (int i = 0; i < 3072; i++) {
        image[i / 1024][i % 1024] = (int) tensors.get(0).get(i);
      }
      int[] before = new int[11];
      int[] behind = new int[11];
      for (int i = 0; i < 11; i++) {
        before[i] = (int) tensors.get(1).get(i);
        behind[i] = (int) tensors.get(2).get(i);
      }
      return new Sample(image, before, behind);
    }

    /** The mean row and column, and the number of pixels of a colour. */
    double[] of(int[] color) {
      double[] sums = new double[3];
      for (int i = 0; i < 1024; i++) {
        if (image[0][i] == color[0] && image[1][i] == color[1] && image[2][i] == color[2]) {
          sums[0] += i / 32;
          sums[1] += i % 32;
          sums[2]++;
        }
      }
      return new double[] {sums[0] / sums[2], sums[1] / sums[2], sums[2]};
    }
  }

  @Test
  void imagesShowWhatCaptionsSay() {
    ShapeDataset data = new Shapes().open("test", NOWHERE);
    int compared = 0;
    for (int i = 0; i < 200; i++) {
      String[] words = data.caption(i).split(" ");
      Sample sample = Sample.of(data, i);
      double[] first = sample.of(COLORS.get(words[2]));
      assertThat(first[2]).as("%s: pixels", data.caption(i)).isGreaterThan(5);
      if (words.length == 4) {
        assertThat(first[2]).satisfies(n -> assertThat(n > 40).isEqualTo(words[1].equals("large")));
        continue;
      }
      boolean above = words[4].equals("above");
      String other = words[words.length - 2];
      if (!other.equals(words[2])) {
        double[] second = sample.of(COLORS.get(other));
        int axis = above ? 0 : 1;
        assertThat(first[axis]).as(data.caption(i)).isLessThan(second[axis] - 8);
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(50);
  }

  @Test
  void wordsAreShiftedByOne() {
    ShapeDataset data = new Shapes().open("train", NOWHERE);
    assertThat(data.inputTypes())
        .containsExactly(
            new TensorType(DType.U8, Shape.of(3, 32, 32)), new TensorType(DType.I32, Shape.of(11)));
    assertThat(data.classes()).isEqualTo(18);
    Vocabulary words = data.vocabularies().get(ShapeDataset.CAPTION);
    for (int i = 0; i < 50; i++) {
      Sample sample = Sample.of(data, i);
      assertThat(words.decode(sample.before())).isEqualTo(data.caption(i));
      assertThat(words.decode(sample.behind())).isEqualTo(data.caption(i));
      int length = data.caption(i).split(" ").length;
      assertThat(sample.before()[0]).isEqualTo(Vocabulary.BEGIN);
      assertThat(sample.behind()[length]).isEqualTo(Vocabulary.END);
      for (int t = 0; t < 10; t++) {
        boolean padding = t > length;
        assertThat(sample.behind()[t] == 0).isEqualTo(padding);
        assertThat(sample.before()[t + 1]).isEqualTo(t < length ? sample.behind()[t] : 0);
      }
    }
  }

  @Test
  void thereIsAtLeastOne() {
    assertThatThrownBy(() -> new Shapes(1, 0, 1)).hasMessageContaining("found train 1 and test 0");
  }
}
