package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Build;
import dev.merapi.nn.Layer;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.init.Constant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AttentionTest {
  private static final List<MultiLayer> ALL =
      List.of(
          new MultiHeadAttention(1),
          new AdditiveAttention(3),
          new DotAttention(),
          new DotAttention(true));

  private final Build build = Build.training();

  private Value input(String name, int... dims) {
    return Input.of(build.net().graph(), name, TensorType.f32(dims));
  }

  private Value lengths(int n) {
    return Input.of(build.net().graph(), "lengths", new TensorType(DType.I32, Shape.of(n)));
  }

  private static List<String> variables(Layer layer, int... features) {
    Build build = Build.training();
    List<Value> inputs = new ArrayList<>();
    for (int i = 0; i < features.length; i++) {
      inputs.add(Input.of(build.net().graph(), "x" + i, TensorType.f32(2, 3, features[i])));
    }
    build.net().apply("it", layer, inputs);
    return build.variables();
  }

  @Test
  void variablesAreThoseOfPyTorch() {
    assertThat(variables(new MultiHeadAttention(2), 6))
        .containsExactly(
            "it.in_proj_weight F32[18, 6]",
            "it.in_proj_bias F32[18]",
            "it.out_proj.weight F32[6, 6]",
            "it.out_proj.bias F32[6]");
    assertThat(variables(new MultiHeadAttention(2), 6, 5, 4))
        .containsExactly(
            "it.q_proj_weight F32[6, 6]",
            "it.k_proj_weight F32[6, 5]",
            "it.v_proj_weight F32[6, 4]",
            "it.in_proj_bias F32[18]",
            "it.out_proj.weight F32[6, 6]",
            "it.out_proj.bias F32[6]");
    assertThat(variables(new MultiHeadAttention(3).bias(false), 6, 6))
        .containsExactly("it.in_proj_weight F32[18, 6]", "it.out_proj.weight F32[6, 6]");
    assertThat(variables(new AdditiveAttention(7), 6, 5, 4))
        .containsExactly(
            "it.query.weight F32[7, 6]", "it.key.weight F32[7, 5]", "it.score.weight F32[1, 7]");
    assertThat(variables(new DotAttention(), 6, 6, 4)).isEmpty();
    assertThat(variables(new DotAttention(true), 6, 5)).containsExactly("it.weight F32[6, 5]");
  }

  /** The first value's weight is 1 / (1 + e) where the scores differ by 1. */
  @Test
  void dotAttentionWeighsByProducts() {
    Value query = input("q", 1, 1, 2);
    Value key = input("k", 1, 2, 2);
    Value value = input("v", 1, 2, 1);
    Outputs outputs = build.net().apply("it", new DotAttention(), List.of(query, key, value));
    Map<String, HostTensor> in =
        Map.of(
            "q", HostTensor.of(Shape.of(1, 1, 2), 2f, 1f),
            "k", HostTensor.of(Shape.of(1, 2, 2), 0f, 1f, 1f, 0f),
            "v", HostTensor.of(Shape.of(1, 2, 1), 10f, 20f));
    assertThat(outputs.names()).containsExactly("output", "weights");
    float[] found =
        build
            .run(Ops.concat(-1, outputs.first(), outputs.get("weights")), in)
            .get("y")
            .toFloatArray();
    double first = 1 / (1 + Math.E);
    assertThat(found[0]).isCloseTo((float) (10 * first + 20 * (1 - first)), within(1e-5f));
    assertThat(found[1]).isCloseTo((float) first, within(1e-6f));
    assertThat(found[2]).isCloseTo((float) (1 - first), within(1e-6f));
  }

  /** What lies behind a length is as if it were not there; a length of 0 gives no NaN. */
  @Test
  void lengthsHideKeys() {
    for (MultiLayer layer : ALL) {
      float[] one = ofLengths(layer, 3, 1, 0);
      float[] other = ofLengths(layer, 3, 100, 0);
      for (int i = 0; i < 3 * 2 * 2; i++) {
        assertThat(one[i]).as("%s at %d", layer, i).isFinite();
        if (i < 2 * 2 * 2) { // the last sample sees all keys alike
          assertThat(other[i]).as("%s at %d", layer, i).isEqualTo(one[i]);
        }
      }
      assertThat(ofLengths(layer, 4, 1, 0)).isNotEqualTo(ofLengths(layer, 4, 100, 0));
    }
  }

  /** Keys [3, 4, 2] whose places 2 and 3 of the first and second sample are a number. */
  private static float[] ofLengths(MultiLayer layer, int first, float hidden, int last) {
    Build build = Build.inference();
    Value query = Input.of(build.net().graph(), "q", TensorType.f32(3, 2, 2));
    Value key = Input.of(build.net().graph(), "k", TensorType.f32(3, 4, 2));
    Value lengths = Input.of(build.net().graph(), "n", new TensorType(DType.I32, Shape.of(3)));
    HostTensor q = HostTensor.zeros(query.type());
    HostTensor k = HostTensor.zeros(key.type());
    for (int i = 0; i < q.elements(); i++) {
      q.set(i, 1 + 0.1 * i);
    }
    for (int i = 0; i < k.elements(); i++) {
      int place = i / 2 % 4;
      k.set(i, i < 16 && place == 3 ? hidden : Math.sin(i));
    }
    Value y = build.net().apply("it", layer, List.of(query, key, lengths)).first();
    HostTensor n = HostTensor.of(Shape.of(3), first, 2, last);
    return build.run(y, Map.of("q", q, "k", k, "n", n)).get("y").toFloatArray();
  }

  /** A later input changes no earlier output. */
  @Test
  void causalAttentionDoesNotSeeWhatComes() {
    float[] one = causal(5);
    float[] other = causal(-7);
    for (int i = 0; i < 4; i++) {
      assertThat(other[i]).isEqualTo(one[i]);
    }
    assertThat(other[4]).isNotEqualTo(one[4]);
  }

  private static float[] causal(float last) {
    Build build = Build.inference();
    Value y = build.net().apply("it", new MultiHeadAttention(2).causal(true), build.input(1, 3, 2));
    HostTensor x = HostTensor.of(Shape.of(1, 3, 2), 1f, 2f, -1f, 0.5f, last, 3f);
    return build.run(y, Map.of("x", x)).get("y").toFloatArray();
  }

  /**
   * All scores are equal, so 8 weights are 1/8 and y the values' mean; with half of the weights
   * dropped and the others doubled, y is k/4 of it, for the k that are kept.
   */
  @Test
  void dropoutDropsWeights() {
    float whole = dropped(Build.inference())[0];
    Set<Long> kept = new HashSet<>();
    for (float y : dropped(Build.training())) {
      double quarters = y / whole * 4;
      assertThat(quarters).isCloseTo(Math.rint(quarters), within(1e-4)).isBetween(-0.1, 8.1);
      kept.add(Math.round(quarters));
    }
    assertThat(kept).hasSizeGreaterThan(2);
    assertThat(dropped(Build.inference())).containsOnly(whole);
  }

  private static float[] dropped(Build build) {
    Layer layer = new MultiHeadAttention(1).dropout(0.5);
    Value y = build.net().apply("it", layer, build.input(4, 8, 1));
    HostTensor x = HostTensor.zeros(TensorType.f32(4, 8, 1));
    for (int i = 0; i < x.elements(); i++) {
      x.set(i, 1);
    }
    return build.run(y, Map.of("x", x)).get("y").toFloatArray();
  }

  @Test
  void whatDoesNotFitIsSaid() {
    assertThatThrownBy(() -> build.shape(new MultiHeadAttention(4), 2, 3, 6))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "net/it: multiHeadAttention: expected features that 4 heads can share, found [2, 3, 6]");
    assertThatThrownBy(() -> Build.training().shape(new DotAttention(), 2, 3))
        .hasMessage(
            "net/it: dotAttention: expected [N, T, features] with one N, found [F32[2, 3]]");
    Value x = input("x", 2, 3, 6);
    Value four = input("four", 2, 4, 6);
    Value narrow = input("narrow", 2, 3, 5);
    assertThatThrownBy(() -> new DotAttention().build(build.net(), List.of(x, x, four)))
        .hasMessage(
            "dotAttention: expected as many keys as values, found F32[2, 3, 6] and F32[2, 4, 6]");
    assertThatThrownBy(() -> new DotAttention().build(build.net(), List.of(x, narrow)))
        .hasMessageContaining("expected queries and keys of equally many features");
    assertThatThrownBy(() -> new DotAttention().build(build.net(), List.of(x, lengths(3))))
        .hasMessage("dotAttention: expected lengths I32[2], found I32[3]");
    assertThatThrownBy(() -> new DotAttention().build(build.net(), List.of(x, x, x, x)))
        .hasMessageContaining("found 4 inputs");
    assertThatThrownBy(() -> new MultiHeadAttention(0))
        .hasMessage("multiHeadAttention: heads must be at least 1, found 0");
    assertThatThrownBy(() -> new MultiHeadAttention(1).dropout(1))
        .hasMessage("multiHeadAttention: dropout must be in [0, 1), found 1.0");
    assertThatThrownBy(() -> new AdditiveAttention(0))
        .hasMessage("additiveAttention: units must be at least 1, found 0");
  }

  @Test
  void positionsAreAdded() {
    float[] found = of(new PositionalEncoding(3), 1, 2, 3);
    assertThat(found)
        .containsExactly(
            new float[] {
              0, 1, 0, (float) Math.sin(1), (float) Math.cos(1), (float) Math.sin(0.0021544346)
            },
            within(1e-6f));
    assertThat(of(new PositionEmbedding(3).weightInit(new Constant(2)), 2, 1, 2))
        .containsExactly(2, 2, 2, 2);
    assertThatThrownBy(() -> Build.training().shape(new PositionEmbedding(2), 1, 3, 2))
        .hasMessage(
            "net/it: positionEmbedding: expected [N, T, D] with T up to 2, found [1, 3, 2]");
    assertThatThrownBy(() -> new PositionalEncoding(0))
        .hasMessage("positionalEncoding: maxLength must be at least 1, found 0");
    assertThatThrownBy(() -> new PositionEmbedding(0))
        .hasMessage("positionEmbedding: maxLength must be at least 1, found 0");
  }

  private static float[] of(Layer layer, int... dims) {
    Build build = Build.training();
    Value y = build.net().apply("it", layer, build.input(dims));
    return build
        .run(y, Map.of("x", HostTensor.zeros(TensorType.f32(dims))))
        .get("y")
        .toFloatArray();
  }

  /** sin and cos of 3 and of 3 / 100, and of 1 and 1 / 100. */
  @Test
  void aSingleVectorMayStandAnywhere() {
    Value places = Input.of(build.net().graph(), "places", new TensorType(DType.I32, Shape.of(2)));
    Value x = input("x", 2, 1, 4);
    Value y = build.net().apply("it", new PositionalEncoding(5), List.of(x, places)).first();
    HostTensor given = HostTensor.of(places.shape(), 3, 1);
    HostTensor found =
        build.run(y, Map.of("x", HostTensor.filled(x.type(), 10), "places", given)).get("y");
    double[] expected = {
      10.14112, 9.0100075, 10.0299955, 10.99955, 10.8414710, 10.5403023, 10.0099998, 10.99995
    };
    for (int i = 0; i < expected.length; i++) {
      assertThat(found.get(i)).isCloseTo(expected[i], within(1e-5));
    }
    Value several = input("several", 2, 3, 4);
    assertThatThrownBy(
            () -> build.net().apply("it", new PositionalEncoding(5), List.of(several, places)))
        .hasMessageContaining(
            "positionalEncoding: expected x [N, T, D], or x [N, 1, D] and positions I32[N], found");
  }
}
