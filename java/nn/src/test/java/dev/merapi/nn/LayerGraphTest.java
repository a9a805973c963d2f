package dev.merapi.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.layer.Add;
import dev.merapi.nn.layer.Concat;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Multiply;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerGraphTest {
  private final Build build = Build.training();

  private static Layer times(double factor) {
    return (net, x) -> Ops.mul(x, factor);
  }

  /** Twice x, thrice x, and their product. */
  private static final MultiLayer MANY =
      (net, inputs) ->
          Outputs.of("twice", Ops.mul(inputs.get(0), 2))
              .and("thrice", Ops.mul(inputs.get(0), 3))
              .and("squared", Ops.mul(inputs.get(0), inputs.get(0)));

  /** (2a + b) * a by hand: at a = 3, b = 4 it is 30. */
  @Test
  void layersTakeWhatTheyName() {
    LayerGraph graph =
        LayerGraph.of("a", "b")
            .add("double", times(2), "a")
            .add("sum", new Add(), "double", "b")
            .add("product", new Multiply(), "sum", "a");
    Value x = build.input(1);
    Value four = Ops.add(x, 1);
    Outputs outputs = build.net().apply("it", graph, List.of(x, four));
    assertThat(outputs.names()).containsExactly("product");
    HostTensor three = HostTensor.of(Shape.of(1), 3f);
    assertThat(build.run(outputs.first(), Map.of("x", three)).get("y").item()).isEqualTo(30);
  }

  /** 5 of 2 * 1 + 3 * 1, beside the product. */
  @Test
  void outputsOfALayerOfSeveralAreNamedBehindADot() {
    LayerGraph graph =
        LayerGraph.of("x")
            .add("many", MANY, "x")
            .add("sum", new Add(), "many.twice", "many.thrice")
            .outputs("sum", "many.squared", "many");
    Outputs outputs = build.net().apply("it", graph, List.of(build.input(1)));
    assertThat(outputs.names()).containsExactly("sum", "many.squared", "many");
    Map<String, HostTensor> inputs = Map.of("x", HostTensor.of(Shape.of(1), 1f));
    assertThat(build.run(outputs.first(), inputs).get("y").item()).isEqualTo(5);
  }

  @Test
  void variablesAreNamedByTheirLayers() {
    LayerGraph graph =
        LayerGraph.of("x")
            .add("left", new Dense(2).bias(false), "x")
            .add("right", new Dense(3).bias(false), "x")
            .add("both", new Concat(), "left", "right");
    Outputs outputs = graph.build(build.net(), List.of(build.input(1, 4)));
    assertThat(Build.sizes(outputs.first())).containsExactly(1, 5);
    assertThat(build.variables())
        .containsExactly("left.weight F32[2, 4]", "right.weight F32[3, 4]");
  }

  @Test
  void whatIsNotKnownIsRefused() {
    LayerGraph graph = LayerGraph.of("x").add("a", times(1), "x");
    assertThatThrownBy(() -> graph.add("b", times(1), "c"))
        .isInstanceOf(GraphException.class)
        .hasMessage("b: expected one of [x, a], which come before it, found 'c'");
    assertThatThrownBy(() -> graph.add("a", times(2), "x"))
        .hasMessage("two layers or inputs are named a");
    assertThatThrownBy(() -> graph.outputs("b").build(build.net(), List.of(build.input(1))))
        .hasMessage("outputs: expected one of [x, a], which come before it, found 'b'");
    assertThatThrownBy(() -> graph.build(build.net(), List.of()))
        .hasMessage("expected the inputs [x], found 0 inputs");
    LayerGraph dotted = LayerGraph.of("x").add("many", MANY, "x").outputs("many.tenth");
    assertThatThrownBy(() -> dotted.build(build.net(), List.of(build.input(1))))
        .hasMessageContaining("found 'many.tenth'");
  }

  @Test
  void whatNothingDependsOnIsRefused() {
    LayerGraph graph = LayerGraph.of("x").add("a", times(1), "x").add("b", times(2), "x");
    assertThatThrownBy(() -> graph.build(build.net(), List.of(build.input(1))))
        .isInstanceOf(GraphException.class)
        .hasMessage("nothing depends on [a]");
  }

  @Test
  void aLayerOfOneInputRefusesTwo() {
    Value x = build.input(1, 2);
    assertThatThrownBy(() -> build.net().apply("fc", new Dense(2), List.of(x, x)))
        .isInstanceOf(GraphException.class)
        .hasMessage("net/fc: dense: expected one input, found 2");
  }

  @Test
  void namesOfOutputsAreDifferent() {
    Value x = build.input(1);
    assertThatThrownBy(() -> Outputs.of("a", x).and("a", x))
        .isInstanceOf(GraphException.class)
        .hasMessage("outputs: expected different names, found [a, a]");
    assertThatThrownBy(() -> Outputs.of("a", x).get("b"))
        .hasMessage("expected one of the outputs [a], found 'b'");
    assertThat(Outputs.of("a", x).get(null)).isSameAs(x);
  }
}
