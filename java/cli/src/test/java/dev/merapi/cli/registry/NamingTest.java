package dev.merapi.cli.registry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NamingTest {
  private record MaxPool2d() {}

  private record VggSmall() {}

  @Test
  void namesComeFromClasses() {
    assertThat(Naming.CAMEL.of(MaxPool2d.class)).isEqualTo("maxPool2d");
    assertThat(Naming.KEBAB.of(VggSmall.class)).isEqualTo("vgg-small");
  }
}
