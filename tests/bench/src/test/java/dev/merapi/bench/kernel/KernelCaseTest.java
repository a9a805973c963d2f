package dev.merapi.bench.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class KernelCaseTest {
  private static KernelCase named(String name) {
    return KernelCase.all().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void namesAreUnique() {
    List<String> names = KernelCase.all().stream().map(KernelCase::name).toList();
    assertThat(names).doesNotHaveDuplicates();
  }

  @Test
  void operationsAreCountedByHand() {
    // 64 images of 6 x 28 x 28 outputs of 5 x 5 products, a multiplication and an addition each
    assertThat(named("lenet5 conv1, forward").operations()).isEqualTo(15_052_800);
    // 8 images of 64 x 55 x 55 outputs of 3 x 11 x 11 products
    assertThat(named("alexnet conv1, weight gradient").operations()).isEqualTo(1_124_428_800);
    assertThat(named("mlp dense1, forward").operations()).isEqualTo(102_760_448);
  }

  @Test
  void theShapesAreThoseOfTheNetworks() {
    assertThat(named("vgg-small conv6, input gradient"))
        .isEqualTo(
            new KernelCase.Convolution(
                "vgg-small conv6", Direction.GRAD_INPUT, 32, 256, 8, 256, 3, 1, 1));
  }

  @Test
  void merapiRunsEachKindOnTheReference() {
    for (Direction direction : Direction.values()) {
      for (KernelCase kernelCase :
          List.of(
              new KernelCase.Convolution("conv", direction, 2, 3, 9, 4, 3, 2, 1),
              new KernelCase.Dense("dense", direction, 2, 3, 4))) {
        try (var program = MerapiKernels.prepare("reference", kernelCase)) {
          program.run();
          assertThat(program.kernels()).startsWith("reference.");
        }
      }
    }
  }
}
