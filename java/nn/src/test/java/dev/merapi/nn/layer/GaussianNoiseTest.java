package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Build;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GaussianNoiseTest {
  @Test
  void addsNoiseOfTheDeviationWhileTraining() {
    Build training = Build.training();
    Value x = training.input(100, 100);
    Value y = training.net().apply("noise", new GaussianNoise(0.25), x);
    HostTensor ones = HostTensor.filled(TensorType.f32(100, 100), 1);

    double[] noise = training.run(y, Map.of("x", ones)).get("y").toDoubleArray();

    double mean = Arrays.stream(noise).average().orElseThrow();
    double variance = Arrays.stream(noise).map(v -> (v - 1) * (v - 1)).average().orElseThrow();
    assertThat(mean).isCloseTo(1, within(0.01)); // four deviations of a mean of 10,000
    assertThat(variance).isCloseTo(0.0625, within(0.004));
    assertThat(Arrays.stream(noise).filter(v -> Math.abs(v - 1) < 0.25).count())
        .as("within one deviation: 68 %")
        .isBetween(6600L, 7050L);
  }

  @Test
  void isTheIdentityInInferenceAndWithoutADeviation() {
    Build inference = Build.inference();
    Value x = inference.input(2, 3);
    assertThat(inference.net().apply("noise", new GaussianNoise(), x)).isSameAs(x);
    Build training = Build.training();
    Value z = training.input(2, 3);
    assertThat(training.net().apply("noise", new GaussianNoise(0), z)).isSameAs(z);
  }

  @Test
  void theDeviationIsChecked() {
    assertThatThrownBy(() -> new GaussianNoise(-1))
        .isInstanceOf(GraphException.class)
        .hasMessage("gaussianNoise: stdDev must be at least 0, found -1.0");
  }
}
