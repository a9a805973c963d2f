package dev.merapi.nn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Build;
import dev.merapi.nn.Outputs;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Losses of several outputs of a model. */
class SeveralOutputsTest {
  private static double value(Loss loss, HostTensor target, HostTensor... outputs) {
    Build build = Build.inference();
    Map<String, HostTensor> inputs = new LinkedHashMap<>();
    Outputs all = null;
    for (int i = 0; i < outputs.length; i++) {
      Value value = Input.of(build.net().graph(), "x" + i, outputs[i].type());
      inputs.put("x" + i, outputs[i]);
      all = all == null ? Outputs.of("x" + i, value) : all.and("x" + i, value);
    }
    inputs.put("target", target);
    Value wanted = Input.of(build.net().graph(), "target", target.type());
    return build.run(loss.build(all, List.of(wanted)), inputs).get("y").item();
  }

  /** max(0, .5 + 3 - 1), max(0, .5 - (4 - 2)), max(0, .5 - (1 - 1)). */
  @Test
  void marginRankingTakesTwoScores() {
    HostTensor first = HostTensor.of(Shape.of(3, 1), 1f, 4f, 1f);
    HostTensor second = HostTensor.of(Shape.of(3, 1), 3f, 2f, 1f);
    HostTensor target = HostTensor.of(Shape.of(3), 1, 1, 0);

    assertThat(value(new MarginRanking(.5), target, first, second))
        .isCloseTo(3.0 / 3, within(1e-6));
    HostTensor pairs = HostTensor.of(Shape.of(3, 2), 1f, 3f, 4f, 2f, 1f, 1f);
    assertThat(value(new MarginRanking(.5), target, pairs)).isCloseTo(1, within(1e-6));
    assertThatThrownBy(() -> value(new MarginRanking(), target, first, second, second))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("two outputs [N] or [N, 1], found [F32[3, 1]");
  }

  /** Distances 5 and 1, then 0 and 2. */
  @Test
  void tripletMarginTakesThreeEmbeddings() {
    HostTensor anchor = HostTensor.of(Shape.of(2, 2), 0f, 0f, 1f, 1f);
    HostTensor positive = HostTensor.of(Shape.of(2, 2), 3f, 4f, 1f, 1f);
    HostTensor negative = HostTensor.of(Shape.of(2, 2), 0f, 1f, 3f, 1f);
    HostTensor target = HostTensor.of(Shape.of(2), 0, 0);

    assertThat(value(new TripletMargin(.5), target, anchor, positive, negative))
        .isCloseTo(4.5 / 2, within(1e-5));
    HostTensor wide = HostTensor.filled(anchor.type().withShape(Shape.of(2, 3)), 0);
    assertThatThrownBy(() -> value(new TripletMargin(), target, anchor, positive, wide))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("three outputs [N, D], found");
  }
}
