package dev.merapi.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonLineTest {
  @Test
  void keysKeepTheirOrder() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("peer", "pytorch");
    fields.put("batch", 8);
    fields.put("loss_last", 0.25);
    assertThat(JsonLine.of(fields))
        .isEqualTo("{\"peer\":\"pytorch\",\"batch\":8,\"loss_last\":0.25}");
  }

  @Test
  void linesForPeopleAreLeftOut() {
    List<JsonNode> found =
        JsonLine.objects(List.of("warming up", "{\"a\":1}", "", "{\"a\":2}", "done {}"));
    assertThat(found).extracting(node -> node.get("a").asInt()).containsExactly(1, 2);
  }

  @Test
  void aBrokenObjectIsAnError() {
    assertThatThrownBy(() -> JsonLine.objects(List.of("{\"a\":")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found {\"a\":");
  }

  @Test
  void figuresHaveThreeDecimals() {
    assertThat(JsonLine.rounded(1.23449)).isEqualTo(1.234);
    assertThat(JsonLine.rounded(1.2345001)).isEqualTo(1.235);
  }
}
