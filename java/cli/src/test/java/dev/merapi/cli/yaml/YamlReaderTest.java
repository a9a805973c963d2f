package dev.merapi.cli.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class YamlReaderTest {
  @Test
  void remembersTheLineOfEveryKeyAndValue() {
    String yaml =
        """
        # a comment

        a:
          b: 1
          c:
            - x
        """;
    Tree.Mapping root = (Tree.Mapping) YamlReader.read("f.yaml", yaml);
    Tree.Mapping a = (Tree.Mapping) root.get("a");
    assertThat(root.entries().get("a").at()).hasToString("f.yaml:3");
    assertThat(a.entries().get("b").at()).hasToString("f.yaml:4");
    assertThat(a.get("b").at()).hasToString("f.yaml:4");
    assertThat(((Tree.Sequence) a.get("c")).items().get(0).at()).hasToString("f.yaml:6");
  }

  @Test
  void anEmptyTextIsNothing() {
    assertThat(YamlReader.read("f.yaml", "").isNull()).isTrue();
    assertThat(YamlReader.readInline("default", "null").isNull()).isTrue();
  }

  @Test
  void refusesWhatIsNotOneDocument() {
    assertThatThrownBy(() -> YamlReader.read("f.yaml", "a: 1\nb: [1, 2\n"))
        .isInstanceOf(YamlException.class)
        .hasMessageMatching("f\\.yaml:[23]: not valid YAML: .*");
    assertThatThrownBy(() -> YamlReader.read("f.yaml", "a: 1\n---\nb: 2\n"))
        .hasMessageStartingWith("f.yaml:")
        .hasMessageContaining("expected one YAML document");
    assertThatThrownBy(() -> YamlReader.read("f.yaml", "a: 1\nb: 3\na: 2\n"))
        .hasMessage("f.yaml:3: key 'a' is there twice");
  }
}
