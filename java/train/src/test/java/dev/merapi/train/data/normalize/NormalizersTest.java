package dev.merapi.train.data.normalize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.TensorDataset;
import org.junit.jupiter.api.Test;

class NormalizersTest {
  private static Dataset dataset(HostTensor inputs) {
    int size = inputs.shape().dim(0);
    return new TensorDataset("data", inputs, HostTensor.of(Shape.of(size), new int[size]), 2);
  }

  /** Features 1, 2, 3, 6 (mean 3, variance 14 / 4) and 0.1 always. */
  private static Dataset rows() {
    return dataset(HostTensor.of(Shape.of(4, 2), 1f, 0.1f, 2f, 0.1f, 3f, 0.1f, 6f, 0.1f));
  }

  @Test
  void standardizesFeatures() {
    Normalizer.Scaling scaling = new Standardize().fit(rows());
    assertThat(scaling.mean().get(0)).isCloseTo(3, within(1e-12));
    assertThat(scaling.scale().get(0)).isCloseTo(1 / Math.sqrt(3.5), within(1e-12));
    assertThat(scaling.mean().get(1)).isCloseTo(0.1, within(1e-7));
    assertThat(scaling.scale().get(1)).isEqualTo(1);
  }

  @Test
  void bringsFeaturesToARange() {
    Normalizer.Scaling scaling = new MinMax().fit(rows());
    assertThat(scaling.mean().toDoubleArray()).containsExactly(1, 0.1f);
    assertThat(scaling.scale().toDoubleArray()).containsExactly(0.2, 1);
  }

  /** Two images of two channels of two pixels: levels 0, 0, 51, 51 and 255, 0, 0, 0. */
  @Test
  void channelsOfImagesAreTreatedAlikeAtAllPixels() {
    byte high = (byte) 255;
    Dataset images =
        dataset(HostTensor.of(Shape.of(2, 2, 1, 2), new byte[] {0, 51, high, 0, 51, 0, 0, 0}));
    Normalizer.Scaling standard = new Standardize().fit(images);
    assertThat(standard.mean().toDoubleArray())
        .containsExactly(new double[] {0.1, 0.25}, within(1e-12));
    assertThat(standard.scale().toDoubleArray())
        .containsExactly(new double[] {10, 1 / Math.sqrt(0.1875)}, within(1e-9));
    Normalizer.Scaling range = new MinMax().fit(images);
    assertThat(range.mean().toDoubleArray()).containsExactly(0, 0);
    assertThat(range.scale().toDoubleArray()).containsExactly(new double[] {5, 1}, within(1e-12));
  }

  @Test
  void onlyFiniteNumbersHaveAScale() {
    assertThatThrownBy(
            () -> new MinMax().fit(dataset(HostTensor.of(Shape.of(1, 2), 1f, Float.NaN))))
        .isInstanceOf(DataException.class)
        .hasMessage("data, 1 samples: expected finite numbers, found others in feature 1");
    assertThatThrownBy(() -> new Standardize().fit(dataset(HostTensor.of(Shape.of(1, 2), 1, 2))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("found I32[2]");
  }
}
