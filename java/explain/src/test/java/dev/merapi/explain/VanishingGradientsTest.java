package dev.merapi.explain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class VanishingGradientsTest {
  @Test
  void theGradientVanishesInAPlainNetworkAndStaysWithTheRemedies() {
    try (Backend backend = Backends.open("reference")) {
      VanishingGradients found = VanishingGradients.of(backend);
      Map<String, Double> ratios =
          found.curves().stream()
              .collect(
                  Collectors.toMap(
                      VanishingGradients.Curve::name, VanishingGradients.Curve::ratio));
      assertThat(ratios.get("RNN, tanh")).isLessThan(1e-8);
      assertThat(ratios.get("GRU")).isLessThan(1e-6);
      assertThat(ratios.get("LSTM")).isLessThan(1e-6);
      assertThat(ratios.get("RNN, ReLU and identity")).isBetween(0.1, 2.0);
      assertThat(ratios.get("GRU, gates open")).isBetween(1e-2, 10.0);
      assertThat(ratios.get("LSTM, gates open")).isBetween(1e-2, 10.0);
      assertThat(found.curves())
          .allSatisfy(
              curve -> {
                assertThat(curve.norms()).hasSize(50);
                assertThat(curve.norms()[49]).isPositive();
              });
    }
  }
}
