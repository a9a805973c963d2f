package dev.merapi.cli.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.nn.Name;
import org.junit.jupiter.api.Test;

class NamingTest {
  private record MaxPool2d() {}

  private record VggSmall() {}

  @Name("resnet-18")
  private record Resnet18() {}

  private record VggALrn() {}

  @Test
  void namesComeFromClasses() {
    assertThat(Naming.CAMEL.of(MaxPool2d.class)).isEqualTo("maxPool2d");
    assertThat(Naming.KEBAB.of(VggSmall.class)).isEqualTo("vgg-small");
    assertThat(Naming.KEBAB.of(VggALrn.class)).isEqualTo("vgg-a-lrn");
  }

  @Test
  void aClassMayHaveAnotherName() {
    assertThat(Naming.KEBAB.of(Resnet18.class)).isEqualTo("resnet-18");
  }
}
