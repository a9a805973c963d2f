package dev.merapi.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.tensor.DType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every loss against golden values, and its gradient against differences. */
class EveryLossTest {
  private static final double STEP = 1e-5;

  static List<LossCase> cases() {
    return LossCases.all();
  }

  private static List<Class<?>> losses() throws Exception {
    List<Class<?>> losses = new ArrayList<>();
    Path folder = Path.of(Loss.class.getResource("Loss.class").toURI()).getParent();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString().replace(".class", "");
        Class<?> type = Class.forName(Loss.class.getPackageName() + "." + name);
        if (type.isRecord() && Loss.class.isAssignableFrom(type)) {
          losses.add(type);
        }
      }
    }
    return losses;
  }

  @Test
  void everyLossHasACase() throws Exception {
    List<Class<?>> covered = new ArrayList<>();
    cases().forEach(loss -> covered.add(loss.loss().getClass()));

    assertThat(losses()).hasSizeGreaterThan(12);
    assertThat(covered).as("losses with a case").containsAll(losses());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void hasItsValue(LossCase loss) {
    try (LossCase.Run exact = loss.open(DType.F64);
        LossCase.Run single = loss.open(DType.F32)) {
      assertThat(exact.loss.shape().rank()).isZero();
      assertThat(exact.loss.item()).isCloseTo(loss.expected(), within(2e-10));
      assertThat(single.loss.dtype()).isEqualTo(DType.F32);
      assertThat(single.loss.item()).isCloseTo(loss.expected(), within(1e-6));
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void itsGradientFitsDifferences(LossCase loss) {
    try (LossCase.Run run = loss.open(DType.F64)) {
      double[] grad = run.grad.toDoubleArray();
      for (int i = 0; i < grad.length; i++) {
        double difference = (run.moved(i, STEP) - run.moved(i, -STEP)) / (2 * STEP);
        assertThat(grad[i]).as("element %d", i).isCloseTo(difference, within(1e-8));
      }
    }
  }
}
