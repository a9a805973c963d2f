package dev.merapi.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MarkdownTest {
  @Test
  void figuresAreAlignedRight() {
    MarkdownTable table = new MarkdownTable(List.of("workload", "ratio"));
    table.add(List.of("mlp", "1.25"));
    assertThat(table).hasToString("| workload | ratio |\n| --- | ---: |\n| mlp | 1.25 |\n");
  }

  @Test
  void aRowOfAnotherLengthIsAnError() {
    MarkdownTable table = new MarkdownTable(List.of("workload", "ratio"));
    assertThatThrownBy(() -> table.add(List.of("mlp")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 2 cells");
  }

  @Test
  void aNewSectionIsAdded() {
    assertThat(ResultsFile.replace("# Results\n", "Kernels", "fast\n"))
        .isEqualTo("# Results\n\n## Kernels\n\nfast\n");
  }

  @Test
  void anOldSectionIsReplacedWhereItIs() {
    String text = "# Results\n\n## A\n\nold\n\n## Kernels\n\nslow\n\nmore\n\n## Z\n\nlast\n";
    assertThat(ResultsFile.replace(text, "Kernels", "fast"))
        .isEqualTo("# Results\n\n## A\n\nold\n\n## Kernels\n\nfast\n\n## Z\n\nlast\n");
    assertThat(ResultsFile.replace(text, "Z", "new"))
        .isEqualTo("# Results\n\n## A\n\nold\n\n## Kernels\n\nslow\n\nmore\n\n## Z\n\nnew\n");
  }
}
