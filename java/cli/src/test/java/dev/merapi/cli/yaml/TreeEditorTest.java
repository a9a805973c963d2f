package dev.merapi.cli.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TreeEditorTest {
  private static final String YAML = "fruit: {apple: {seeds: 1, sweetness: 0.1}}\nmore: [apple]\n";

  private static Basket set(String... settings) {
    Tree tree = YamlReader.read("basket.yaml", YAML);
    for (String setting : settings) {
      tree = new TreeEditor(RecordMapperTest.REGISTRY).set(tree, Basket.class, setting);
    }
    return new RecordMapper(RecordMapperTest.REGISTRY).map(tree, Basket.class, "");
  }

  @Test
  void setsAKeyAndLeavesItsNeighbours() {
    assertThat(set("fruit.apple.seeds=9").fruit()).isEqualTo(new Apple(9, 0.1));
    assertThat(set("handle.length=4").handle()).isEqualTo(new Basket.Handle(4));
    assertThat(set("handle.length=4", "handle.length=5").handle().length()).isEqualTo(5);
  }

  @Test
  void aKeyOfAnotherAlternativeReplacesTheAlternative() {
    assertThat(set("fruit.waterMelon.weight=2").fruit()).isEqualTo(new WaterMelon(2));
    assertThat(set("fruit=apple").fruit()).isEqualTo(new Apple(3, 0.5));
    assertThat(set("fruit=apple", "fruit.apple.seeds=2").fruit()).isEqualTo(new Apple(2, 0.5));
    assertThat(set("gift.apple.seeds=2").gift()).isEqualTo(new Apple(2, 0.5));
  }

  @Test
  void reachesListsByPosition() {
    assertThat(set("more.0.apple.seeds=8").more()).containsExactly(new Apple(8, 0.5));
    assertThat(set("more=[apple, {waterMelon: {weight: 1}}]").more())
        .containsExactly(new Apple(3, 0.5), new WaterMelon(1));
    assertThatThrownBy(() -> set("more.1.apple.seeds=8"))
        .hasMessage("--set more.1.apple.seeds=8: expected a position from 0 to 0, found '1'");
  }

  @Test
  void aListMayBeWrittenAsItsOnlyElement() {
    assertThat(set("more=apple", "more.apple.seeds=2").more()).containsExactly(new Apple(2, 0.5));
    assertThat(set("more=apple", "more.waterMelon.weight=2").more())
        .containsExactly(new WaterMelon(2));
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> set("fruit")).hasMessage("--set fruit: expected key=value");
    assertThatThrownBy(() -> set("fruit.apple.Seeds=2"))
        .hasMessage(
            "--set fruit.apple.Seeds=2: unknown key 'Seeds' in fruit.apple; did you mean 'seeds'?");
    assertThatThrownBy(() -> set("price=cheap"))
        .hasMessage("--set price=cheap: price: expected an integer, found 'cheap'");
    assertThatThrownBy(() -> set("from=x", "from.y=1"))
        .hasMessage("--set from.y=1: there is no 'y' in 'x'");
  }
}
