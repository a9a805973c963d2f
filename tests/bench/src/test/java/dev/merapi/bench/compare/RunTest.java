package dev.merapi.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.merapi.bench.measure.JsonLine;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunTest {
  private static final String LINE =
      "{\"peer\":\"merapi\",\"workload\":\"mlp\",\"device\":\"cpu\",\"batch\":128,"
          + "\"parameters\":535818,\"steps\":900,\"samples_per_s\":41000.5,"
          + "\"step_ms_median\":3.1,\"first_step_s\":0.61,\"peak_rss_mb\":180.25,"
          + "\"loss_first\":2.3,\"loss_last\":0.1}";

  private static JsonNode line(String text) {
    return JsonLine.objects(List.of(text)).get(0);
  }

  @Test
  void readsALine() {
    assertThat(Run.parse(line(LINE), "mlp")).isEqualTo(new Run(41000.5, 0.61, 180.25, 535_818));
  }

  @Test
  void anotherWorkloadIsAnError() {
    assertThatThrownBy(() -> Run.parse(line(LINE), "lenet5"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("expected a result of workload lenet5");
  }

  @Test
  void aMissingFigureIsAnError() {
    assertThatThrownBy(() -> Run.parse(line(LINE.replace("peak_rss_mb", "memory")), "mlp"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("expected a number peak_rss_mb");
  }

  @Test
  void aLossThatIsNoNumberIsAnError() {
    assertThatThrownBy(() -> Run.parse(line(LINE.replace("0.1}", "\"NaN\"}")), "mlp"))
        .isInstanceOf(RunException.class)
        .hasMessageContaining("expected a number loss_last");
  }
}
