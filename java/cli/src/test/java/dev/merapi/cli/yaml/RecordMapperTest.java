package dev.merapi.cli.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.cli.registry.Kind;
import dev.merapi.cli.registry.Naming;
import dev.merapi.cli.registry.Registry;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordMapperTest {
  static final Registry REGISTRY =
      new Registry(List.of(new Kind("fruits", "fruit", Fruit.class, Naming.CAMEL)));

  private static Basket map(String yaml) {
    return new RecordMapper(REGISTRY).map(YamlReader.read("basket.yaml", yaml), Basket.class, "");
  }

  @Test
  void leavesOutDefaults() {
    assertThat(map("fruit: apple"))
        .isEqualTo(
            new Basket(
                new Apple(3, 0.5),
                Shape.of(1, 2),
                DType.F32,
                true,
                7,
                "market",
                List.of(),
                null,
                new Basket.Handle(10)));
  }

  @Test
  void readsEveryForm() {
    String yaml =
        """
        fruit: {waterMelon: {weight: 1e-3}}
        shape: [4]
        dtype: u8
        ripe: false
        price: 5000000000
        from: 12
        more:
          - apple
          - apple: {seeds: 1}
        gift: {apple: }
        handle:
          length: -2
        """;
    assertThat(map(yaml))
        .isEqualTo(
            new Basket(
                new WaterMelon(0.001),
                Shape.of(4),
                DType.U8,
                false,
                5_000_000_000L,
                "12",
                List.of(new Apple(3, 0.5), new Apple(1, 0.5)),
                new Apple(3, 0.5),
                new Basket.Handle(-2)));
  }

  @Test
  void readsListsOfNumbers() {
    Tree tree = YamlReader.read("sizes.yaml", "units: [512, 256]");

    assertThat(new RecordMapper(REGISTRY).map(tree, Sizes.class, ""))
        .isEqualTo(new Sizes(List.of(512, 256)));
  }

  record Sizes(List<Integer> units) {}

  @Test
  void oneAlternativeNeedsNoList() {
    assertThat(map("{fruit: apple, more: {apple: {seeds: 1}}}").more())
        .containsExactly(new Apple(1, 0.5));
    assertThat(map("{fruit: apple, more: apple}").more()).containsExactly(new Apple(3, 0.5));
    assertThat(map("{fruit: apple, more: null}").more()).isEmpty();
  }

  @Test
  void readsValuesUnderAnyKeys() {
    RecordMapper mapper = new RecordMapper(REGISTRY);
    Tree tree = YamlReader.read("prices.yaml", "of: {water*: 0.5, '*.melon': 2}");

    assertThat(mapper.map(tree, Prices.class, "").of())
        .containsExactly(Map.entry("water*", 0.5), Map.entry("*.melon", 2.0));
    assertThatThrownBy(() -> mapper.map(YamlReader.read("p.yaml", "of: {a: x}"), Prices.class, ""))
        .hasMessage("p.yaml:1: of.a: expected a number, found 'x'");
  }

  record Prices(Map<String, Double> of) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          fruit: {apple: {Seeds: 2}}       | basket.yaml:1: unknown key 'Seeds' in fruit.apple; did you mean 'seeds'?
          "fruit: apple\\nhandel: {}"      | basket.yaml:2: unknown key 'handel'; did you mean 'handle'?
          "fruit: apple\\nzzzzzzzzzzz: 1"  | basket.yaml:2: unknown key 'zzzzzzzzzzz'; known: fruit, shape, dtype, ripe, price, from, more, gift, handle
          price: 3                         | basket.yaml:1: missing key 'fruit'
          fruit: {waterMelon: {}}          | basket.yaml:1: missing key 'weight' in fruit.waterMelon
          fruit: {waterMelon: {weight: x}} | basket.yaml:1: fruit.waterMelon.weight: expected a number, found 'x'
          fruit: appel                     | basket.yaml:1: fruit: unknown fruit 'appel'; did you mean 'apple'?
          fruit: [apple]                   | basket.yaml:1: fruit: expected one fruit, found a list
          fruit: {apple: {}, waterMelon: } | basket.yaml:1: fruit: expected one fruit, found the keys [apple, waterMelon]
          fruit: {apple: 3}                | basket.yaml:1: fruit.apple: expected options, found '3'
          fruit: {apple: {seeds: 1.5}}     | basket.yaml:1: fruit.apple.seeds: expected an integer, found '1.5'
          fruit: {apple: {seeds: -1}}      | basket.yaml:1: fruit.apple: seeds must be at least 0, found -1
          "fruit: apple\\nshape: [x]"      | basket.yaml:2: shape: expected an integer, found 'x'
          "fruit: apple\\nshape: [-1]"     | basket.yaml:2: shape: negative size in shape [-1]
          "fruit: apple\\ndtype: f31"      | basket.yaml:2: dtype: expected one of [f32, f64, i32, u8], found 'f31'
          "fruit: apple\\nripe: yes"       | basket.yaml:2: ripe: expected true or false, found 'yes'
          "fruit: apple\\nprice: "         | basket.yaml:2: price: expected an integer, found nothing
          "fruit: "                        | basket.yaml:1: fruit: expected one fruit, found nothing
          "fruit: apple\\ndtype: "         | basket.yaml:2: dtype: expected one of [f32, f64, i32, u8], found nothing
          "fruit: apple\\nmore: [null]"    | basket.yaml:2: more[0]: expected one fruit, found nothing
          "fruit: apple\\nmore: 3"         | basket.yaml:2: more: unknown fruit '3'; known: apple, waterMelon
          "fruit: apple\\nhandle: 3"       | basket.yaml:2: handle: expected keys with values, found '3'
          [apple]                          | basket.yaml:1: top level: expected keys with values, found a list
          """)
  void saysWhatIsWrongAndWhere(String yaml, String message) {
    assertThatThrownBy(() -> map(yaml.replace("\\n", "\n")))
        .isInstanceOf(YamlException.class)
        .hasMessage(message);
  }
}
