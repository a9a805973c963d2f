package dev.merapi.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.layer.BatchNorm;
import dev.merapi.nn.layer.Dense;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreezeTest {
  @ParameterizedTest
  @CsvSource({
    "conv1, conv1.weight, true",
    "conv1, conv1, true",
    "conv1, conv10.weight, false",
    "conv1, block.conv1.weight, false",
    "conv*, conv10.weight, true",
    "block1, block1.conv1.weight, true",
    "block1/conv1, block1.conv1.weight, true",
    "block*.conv1, block2.conv1.bias, true",
    "block*.conv1, block2.conv2.bias, false",
    "*.bias, fc.bias, true",
    "*.bias, fc.weight, false",
    "*, block.fc.weight, true",
    "fc.weight, fc.weight, true",
    "fc.weight, fc.bias, false",
    "f.weight, fxweight, false",
  })
  void aPatternIsThePathOfALayerOrAVariable(String pattern, String path, boolean frozen) {
    assertThat(new Freeze(List.of("other", pattern)).covers(path)).isEqualTo(frozen);
  }

  @Test
  void whatIsFrozenIsNotTrained() {
    Graph graph = new Graph("net", 1);
    Net net = new Net(graph, DType.F32, true, new Freeze(List.of("dense1", "batchNorm1")));
    Value x = Input.of(graph, "x", TensorType.f32(4, 3));
    Sequential model =
        Sequential.of(new Dense(2), new BatchNorm(), new Dense(2), new BatchNorm(), new Dense(1));
    model.build(net, x);
    assertThat(paths(net.trainable()))
        .containsExactly(
            "dense2.weight",
            "dense2.bias",
            "batchNorm2.weight",
            "batchNorm2.bias",
            "dense3.weight",
            "dense3.bias");
    assertThat(net.parameters()).hasSize(10);
    assertThat(paths(List.copyOf(net.updates().keySet())))
        .containsExactlyInAnyOrder("batchNorm2.runningMean", "batchNorm2.runningVariance");
  }

  private static List<String> paths(List<Value> values) {
    return values.stream().map(value -> ((Variable) value.op()).path()).toList();
  }

  @Test
  void aPatternThatMeansNothingIsAnError() {
    Freeze freeze = new Freeze(List.of("fc", "conv9"));
    freeze.requireKnown(List.of("fc.weight", "conv9.weight"));
    assertThatThrownBy(() -> freeze.requireKnown(List.of("fc.weight", "fc.bias")))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "freeze: 'conv9' is no layer or variable of the model,"
                + " whose variables are fc.weight, fc.bias");
  }
}
