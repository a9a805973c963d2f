package dev.merapi.nn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Build;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BilstmCrfTest {
  private static final BilstmCrf SMALL =
      new BilstmCrf().inputShape(Shape.of(4)).classes(3).vocabulary(10).dim(4).hidden(5);

  private static Value integers(Build build, String name, int... dims) {
    return Input.of(build.net().graph(), name, new TensorType(DType.I32, Shape.of(dims)));
  }

  private static double[] scores(BilstmCrf model, int[] words, int... lengths) {
    Build build = Build.inference();
    int n = lengths.length;
    int places = words.length / n;
    Value x = integers(build, "x", n, places);
    Value y = model.build(build.net(), List.of(x, integers(build, "lengths", n))).first();
    Map<String, HostTensor> given =
        Map.of(
            "x", HostTensor.of(Shape.of(n, places), words),
            "lengths", HostTensor.of(Shape.of(n), lengths));
    return build.run(y, given).get("y").toDoubleArray();
  }

  @Test
  void scoresTagsAndTheirOrder() {
    Build build = Build.training();
    Value words = integers(build, "x", 2, 4);
    List<Value> inputs = List.of(words, integers(build, "lengths", 2));
    assertThat(Build.sizes(SMALL.build(build.net(), inputs).first())).containsExactly(2, 4, 5, 3);
    assertThat(build.variables())
        .containsExactly(
            "embedding.weight F32[10, 4]",
            "lstm.weight F32[440]", // 2 directions of 4 gates of 5 (4 + 5 + 2)
            "fc.weight F32[3, 10]",
            "fc.bias F32[3]",
            "crf.transitions F32[3, 3]",
            "crf.start F32[3]",
            "crf.end F32[3]");
    Build plain = Build.training();
    Value alone = integers(plain, "x", 2, 7); // any length, all of which counts
    assertThat(Build.sizes(SMALL.crf(false).build(plain.net(), alone))).containsExactly(2, 7, 3);
    assertThat(plain.variables()).hasSize(4);
  }

  @Test
  void whatLiesBehindASentenceDoesNotCount() {
    BilstmCrf model = SMALL.crf(false);
    double[] alone = scores(model, new int[] {3, 7}, 2);
    double[] padded = scores(model, new int[] {3, 7, 0, 0, 3, 7, 9, 1}, 2, 2);
    assertThat(Arrays.copyOf(padded, 6)).containsExactly(alone);
    assertThat(Arrays.copyOfRange(padded, 12, 18)).containsExactly(alone);
    double[] whole = scores(model, new int[] {3, 7, 9, 1}, 4);
    assertThat(Arrays.copyOf(whole, 6)).as("a word sees those behind it").isNotEqualTo(alone);
  }

  @Test
  void mistakesAreNamed() {
    Build build = Build.training();
    assertThatThrownBy(() -> SMALL.build(build.net(), build.input(2, 4)))
        .hasMessageContaining("bilstmCrf: expected words I32 [N, T]")
        .hasMessageContaining("found [F32[2, 4]]");
  }
}
