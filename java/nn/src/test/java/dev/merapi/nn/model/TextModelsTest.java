package dev.merapi.nn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Build;
import dev.merapi.nn.Model;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The models of sentences. */
class TextModelsTest {
  private static TextCnn cnn(int length) {
    return new TextCnn()
        .inputShape(Shape.of(length))
        .classes(3)
        .vocabulary(10)
        .dim(4)
        .filters(5)
        .widths(2, 3)
        .embeddingDropout(0.1)
        .dropout(0.4);
  }

  private static TextLstm lstm(int length, boolean bidirectional) {
    return new TextLstm()
        .inputShape(Shape.of(length))
        .classes(3)
        .vocabulary(10)
        .dim(4)
        .hidden(5)
        .bidirectional(bidirectional)
        .embeddingDropout(0.1)
        .dropout(0.4);
  }

  private static Value sentences(Build build, int samples, int length) {
    TensorType type = new TensorType(DType.I32, Shape.of(samples, length));
    return Input.of(build.net().graph(), "x", type);
  }

  private static int parameters(Model model) {
    Build build = Build.training();
    Value logits = model.build(build.net(), sentences(build, 2, 50));
    assertThat(Build.sizes(logits)).containsExactly(2, 2);
    return build.net().parameters().stream().mapToInt(p -> p.shape().elements()).sum();
  }

  private static double[] logits(Model model, int samples, int... words) {
    Build build = Build.inference();
    int length = words.length / samples;
    Value y = model.build(build.net(), sentences(build, samples, length));
    Shape shape = Shape.of(samples, length);
    return build.run(y, Map.of("x", HostTensor.of(shape, words))).get("y").toDoubleArray();
  }

  @Test
  void copiesHaveTheirOptions() {
    assertThat(cnn(6)).isEqualTo(new TextCnn(Shape.of(6), 3, 10, 4, 5, List.of(2, 3), 0.1, 0.4));
    assertThat(lstm(6, false)).isEqualTo(new TextLstm(Shape.of(6), 3, 10, 4, 5, false, 0.1, 0.4));
  }

  /** By hand: 20,000 words of 64, filters of 3, 4 and 5 words, or 2 directions of 4 gates. */
  @Test
  void parametersAreAsManyAsSaid() {
    assertThat(parameters(new TextCnn())).isEqualTo(1_280_000 + 64 * (64 * 12 + 3) + 2 * 192 + 2);
    assertThat(parameters(new TextLstm()))
        .isEqualTo(1_280_000 + 2 * 4 * 64 * (64 + 64 + 2) + 2 * 128 + 2);
  }

  @Test
  void variablesAreNamedAsTheLayers() {
    Build cnn = Build.training();
    cnn(6).build(cnn.net(), sentences(cnn, 2, 6));
    assertThat(cnn.variables())
        .containsExactly(
            "embedding.weight F32[10, 4]",
            "windows.branch1.conv1.weight F32[5, 4, 2]",
            "windows.branch1.conv1.bias F32[5]",
            "windows.branch2.conv1.weight F32[5, 4, 3]",
            "windows.branch2.conv1.bias F32[5]",
            "fc.weight F32[3, 10]",
            "fc.bias F32[3]");
    Build lstm = Build.training();
    lstm(6, false).build(lstm.net(), sentences(lstm, 2, 6));
    assertThat(lstm.variables())
        .containsExactly(
            "embedding.weight F32[10, 4]",
            "lstm.weight F32[220]",
            "fc.weight F32[3, 5]",
            "fc.bias F32[3]");
  }

  /** A maximum over time forgets where; zeros around a sentence make the place of it no matter. */
  @Test
  void aFilterSeesItsWordsWhereverTheyAre() {
    TextCnn model = cnn(6).widths(1);
    assertThat(logits(model, 1, 3, 7, 1, 0, 0, 0)).isEqualTo(logits(model, 1, 0, 1, 0, 7, 3, 0));
    TextCnn wide = model.widths(2);
    assertThat(logits(wide, 1, 3, 7, 1, 5, 2, 8)).isNotEqualTo(logits(wide, 1, 8, 2, 5, 1, 7, 3));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatLiesBehindASentenceDoesNotCount(boolean bidirectional) {
    double[] few = logits(lstm(3, bidirectional), 2, 5, 9, 2, 4, 0, 0);
    double[] more = logits(lstm(6, bidirectional), 2, 5, 9, 2, 0, 0, 0, 4, 0, 0, 0, 0, 0);
    assertThat(more).containsExactly(few);
    assertThat(logits(lstm(3, bidirectional), 1, 4, 0, 0)).containsExactly(few[3], few[4], few[5]);
    assertThat(logits(lstm(3, bidirectional), 1, 0, 0, 0)).doesNotContain(Double.NaN);
  }

  @Test
  void mistakesAreNamed() {
    Build build = Build.training();
    assertThatThrownBy(() -> new TextLstm().build(build.net(), build.input(2, 50)))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("textLstm: expected words I32 [N, T], found F32[2, 50]");
    assertThatThrownBy(() -> new TextCnn().widths(3, 0))
        .hasMessageContaining("textCnn: expected widths of at least 1, found [3, 0]");
  }
}
