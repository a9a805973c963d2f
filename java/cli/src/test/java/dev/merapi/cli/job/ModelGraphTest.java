package dev.merapi.cli.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.cli.yaml.YamlException;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Layer;
import dev.merapi.nn.LayerGraph;
import dev.merapi.nn.Model;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Add;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Lstm;
import dev.merapi.nn.layer.MultiHeadAttention;
import dev.merapi.nn.layer.Residual;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.train.data.DataDirectories;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models whose layers name what they take, as job files write them. */
class ModelGraphTest {
  private static Model model(String job, String... settings) {
    LoadedJob loaded = new Jobs(Kinds.registry(), Path.of(".")).load(job, List.of(settings));
    return loaded.model(loaded.openTrain(new DataDirectories(List.of(Path.of(".")))));
  }

  private static Layer layers(String setting) {
    return ((Model.Of) model("xor", setting)).layer();
  }

  @Test
  void aListWhoseLayersNameWhatTheyTakeIsAGraph() {
    assertThat(
            layers(
                "model=[{dense: {units: 4}, name: left}, {dense: {units: 4}, from: input}, tanh,"
                    + " {add: , from: [left, tanh1]}, {dense: {units: 2}}]"))
        .isEqualTo(
            LayerGraph.of("input")
                .add("left", new Dense(4), "input")
                .add("dense1", new Dense(4), "input")
                .add("tanh1", new Tanh(), "dense1")
                .add("add1", new Add(), "left", "tanh1")
                .add("dense2", new Dense(2), "add1"));
  }

  @Test
  void aGraphNamesItsInputsAndOutputs() {
    assertThat(
            layers(
                "model={inputs: [x], outputs: [b, a], layers: [{dense: {units: 2}, name: a},"
                    + " {dense: {units: 2}, name: b, from: x}]}"))
        .isEqualTo(
            LayerGraph.of("x")
                .add("a", new Dense(2), "x")
                .add("b", new Dense(2), "x")
                .outputs("b", "a"));
  }

  /** An encoder whose last states are where a decoder begins. */
  @Test
  void recurrentLayersTakeStatesAndLengths() {
    assertThat(
            layers(
                "model={inputs: [source, target, lengths], layers: [{lstm: {hidden: 4}, name:"
                    + " encoder, from: [source, lengths]}, {lstm: {hidden: 4}, name: decoder, from:"
                    + " [target, encoder.h, encoder.c]}]}"))
        .isEqualTo(
            LayerGraph.of("source", "target", "lengths")
                .add("encoder", new Lstm(4), "source", "lengths")
                .add("decoder", new Lstm(4), "target", "encoder.h", "encoder.c"));
  }

  @Test
  void attentionTakesQueriesKeysAndValues() {
    assertThat(
            layers(
                "model=[{dense: {units: 4}, name: queries}, {dense: {units: 4}, name: keys, from:"
                    + " input}, {multiHeadAttention: {heads: 2}, from: [queries, keys, input]}]"))
        .isEqualTo(
            LayerGraph.of("input")
                .add("queries", new Dense(4), "input")
                .add("keys", new Dense(4), "input")
                .add("attention1", new MultiHeadAttention(2), "queries", "keys", "input"));
  }

  @Test
  void aGraphMayBeWithinALayer() {
    assertThat(
            layers(
                "model=[{residual: {body: [{dense: {units: 2}, name: a},"
                    + " {add: , from: [a, input]}]}}]"))
        .isEqualTo(
            Sequential.of(
                new Residual(
                    LayerGraph.of("input")
                        .add("a", new Dense(2), "input")
                        .add("add1", new Add(), "a", "input"))));
  }

  @Test
  void inputsHaveTheShapesOfTheData() {
    Model model =
        model(
            "xor",
            "data.train={dataset: {pairs: {dataset: xor}}}",
            "model={inputs: [a, b], layers: [{add: , from: [a, b]}, {dense: {units: 1}}]}");
    assertThat(model.inputShapes()).containsExactly(Shape.of(2), Shape.of(2));
    assertThat(model("xor", "data.train={dataset: {pairs: {dataset: xor}}}", "model=siamese"))
        .matches(siamese -> siamese.inputShape().equals(Shape.of(2)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [tanh, {relu: , from: nothing}]      | model: relu1: expected one of [input, tanh1], which come before it, found 'nothing'
          [tanh, {relu: , from: {a: b}}]       | model[1].from: expected a text, found a mapping
          {layers: tanh}                       | model.layers: expected a list, found 'tanh'
          {layers: [tanh], output: [tanh1]}    | unknown key 'output' in model; did you mean 'outputs'?
          {layers: [tanh], inputs: []}         | model: inputs must be at least one, found none
          {layers: [tahn]}                     | model.layers[0]: unknown layer 'tahn'; did you mean
          """)
  void errorsKeepThePath(String model, String message) {
    assertThatThrownBy(() -> layers("model=" + model))
        .isInstanceOf(YamlException.class)
        .hasMessageContaining(message);
  }
}
