package dev.merapi.cli.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.cli.yaml.YamlException;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Model;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Add;
import dev.merapi.nn.layer.Concat;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Parallel;
import dev.merapi.nn.layer.Relu;
import dev.merapi.nn.layer.Residual;
import dev.merapi.nn.layer.Tanh;
import dev.merapi.train.data.DataDirectories;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers within layers, as job files write them. */
class NestedLayersTest {
  private static Layer layers(String... settings) {
    LoadedJob job = new Jobs(Kinds.registry(), Path.of(".")).load("xor", List.of(settings));
    Model model = job.model(job.openTrain(new DataDirectories(List.of(Path.of(".")))));
    return ((Model.Of) model).layer();
  }

  @Test
  void aListOfLayersIsARow() {
    assertThat(
            layers(
                "model=[{residual: {body: [{dense: {units: 2}, name: fc}, tanh],"
                    + " activation: relu}}, {dense: {units: 2}}]"))
        .isEqualTo(
            Sequential.of(
                new Residual(Sequential.of().add("fc", new Dense(2)).add(new Tanh()))
                    .activation(new Relu()),
                new Dense(2)));
  }

  @Test
  void branchesAreListsOrSingleLayers() {
    assertThat(layers("model=[{parallel: {branches: [[{dense: {units: 2}}, tanh], relu, []]}}]"))
        .isEqualTo(
            Sequential.of(
                new Parallel(
                    Sequential.of(new Dense(2), new Tanh()), new Relu(), Sequential.of())));
  }

  @Test
  void mergesAreChosenByName() {
    assertThat(layers("model=[{parallel: {branches: [relu, tanh], merge: add}, name: both}]"))
        .isEqualTo(
            Sequential.of().add("both", new Parallel(new Relu(), new Tanh()).merge(new Add())));
    assertThat(layers("model=[{parallel: {branches: [relu], merge: {concat: {axis: -1}}}}]"))
        .isEqualTo(Sequential.of(new Parallel(new Relu()).merge(new Concat(-1))));
  }

  @Test
  void aSettingReachesALayerWithinALayer() {
    assertThat(
            layers(
                "model=[{residual: {body: [tanh, {dense: {units: 3}}]}}]",
                "model.0.residual.body.1.dense.units=2"))
        .isEqualTo(Sequential.of(new Residual(Sequential.of(new Tanh(), new Dense(2)))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [{residual: {body: [tanh, tahn]}}]                  | model[0].residual.body[1]: unknown layer 'tahn'; did you mean
          [{residual: {body: [{dense: {unit: 2}}]}}]          | unknown key 'unit' in model[0].residual.body[0].dense; did you mean 'units'?
          [{residual: {body: [{dense: {units: 0}}]}}]         | model[0].residual.body[0].dense: dense: units must be at least 1, found 0
          [{residual: {body: [{tanh: , name: a}, {relu: , name: a}]}}] | model[0].residual.body: sequential: two layers are named a
          [{residual: {body: [null]}}]                        | model[0].residual.body[0]: expected one layer, found nothing
          [{residual: {}}]                                    | missing key 'body' in model[0].residual
          [{parallel: {branches: [[tanh], [{dense: x}]]}}]    | model[0].parallel.branches[1][0].dense: expected options, found 'x'
          [{parallel: {branches: [tanh], merge: sum}}]        | model[0].parallel.merge: unknown merge 'sum'
          [{parallel: {branches: [tanh], merge: [add]}}]      | model[0].parallel.merge: expected one merge, found a list
          [{parallel: {branches: []}}]                        | model[0].parallel: parallel: branches must be at least one, found none
          """)
  void errorsKeepThePath(String model, String message) {
    assertThatThrownBy(() -> layers("model=" + model))
        .isInstanceOf(YamlException.class)
        .hasMessageContaining(message);
  }
}
