package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Build;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Merge;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.init.Constant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlocksTest {
  private static final Layer DOUBLE = (net, x) -> Ops.mul(x, 2);
  private static final Layer PLUS_ONE = (net, x) -> Ops.add(x, 1);

  /** Of x = [1, -2]. */
  private static float[] of(Layer layer) {
    Build build = Build.training();
    HostTensor x = HostTensor.of(Shape.of(1, 2), 1f, -2f);
    return build
        .run(build.net().apply("it", layer, build.input(1, 2)), Map.of("x", x))
        .get("y")
        .toFloatArray();
  }

  @Test
  void mergesMakeOneValueOfSeveral() {
    Parallel parallel = new Parallel(DOUBLE, PLUS_ONE, Sequential.of());

    assertThat(of(parallel)).containsExactly(2, -4, 2, -1, 1, -2);
    assertThat(of(parallel.merge(new Add()))).containsExactly(5, -7);
    assertThat(of(parallel.merge(new Multiply()))).containsExactly(4, -8);
    assertThat(of(parallel.merge(new Concat(0)))).containsExactly(2, -4, 2, -1, 1, -2);
  }

  @Test
  void aMergeOfOneValueIsThatValue() {
    for (Merge merge : List.of(new Concat(), new Add(), new Multiply())) {
      assertThat(of(merge)).containsExactly(1, -2);
    }
  }

  @Test
  void aResidualAddsItsInput() {
    assertThat(of(new Residual(DOUBLE))).containsExactly(3, -6);
    assertThat(of(new Residual(DOUBLE).activation(new Relu()))).containsExactly(3, 0);
    assertThat(of(new Residual(DOUBLE).shortcut(PLUS_ONE))).containsExactly(4, -5);
  }

  @Test
  void timeDistributedTakesEachStepAlone() {
    Build build = Build.training();
    // the layer sees [N * T, 2] and sums each row
    Layer sums = (net, x) -> Ops.sum(x, 1);
    Value y = build.net().apply("it", new TimeDistributed(sums), build.input(2, 3, 2));
    HostTensor x =
        HostTensor.of(Shape.of(2, 3, 2), 1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f, 10f, 11f, 12f);
    assertThat(Build.sizes(y)).containsExactly(2, 3);
    assertThat(build.run(y, Map.of("x", x)).get("y").toFloatArray())
        .containsExactly(3, 7, 11, 15, 19, 23);

    Build images = Build.training();
    assertThat(images.shape(new TimeDistributed(new Conv2d(4, 3)), 2, 5, 1, 8, 8))
        .containsExactly(2, 5, 4, 6, 6);
    assertThat(images.variables())
        .containsExactly("it.layer.weight F32[4, 1, 3, 3]", "it.layer.bias F32[4]");
    assertThatThrownBy(() -> Build.training().shape(new TimeDistributed(new Tanh()), 5))
        .hasMessage("net/it: timeDistributed: expected [N, T, ...], found [5]");
  }

  @Test
  void branchesHaveNamesAndShapes() {
    Build build = Build.training();
    Layer conv = Sequential.of(new Conv2d(4, 3).padding(1), new Relu());
    Layer block = new Parallel(new Conv2d(2, 1), conv, Sequential.of(new MaxPool2d(3, 1, 1)));

    assertThat(build.shape(block, 2, 3, 5, 5)).containsExactly(2, 9, 5, 5);
    assertThat(build.variables())
        .containsExactly(
            "it.branch1.weight F32[2, 3, 1, 1]",
            "it.branch1.bias F32[2]",
            "it.branch2.conv1.weight F32[4, 3, 3, 3]",
            "it.branch2.conv1.bias F32[4]");
  }

  @Test
  void bodyAndShortcutHaveNamesAndShapes() {
    Build build = Build.training();
    Layer block =
        new Residual(Sequential.of(new Conv2d(4, 3).stride(2).padding(1).bias(false)))
            .shortcut(Sequential.of(new Conv2d(4, 1).stride(2).bias(false)));

    assertThat(build.shape(block, 2, 3, 8, 8)).containsExactly(2, 4, 4, 4);
    assertThat(build.variables())
        .containsExactly(
            "it.body.conv1.weight F32[4, 3, 3, 3]", "it.shortcut.conv1.weight F32[4, 3, 1, 1]");
  }

  @Test
  void whatDoesNotFitIsSaidWithItsPlace() {
    assertThatThrownBy(() -> of(new Residual(Sequential.of(new Dense(3)))))
        .isInstanceOf(GraphException.class)
        .hasMessage(
            "net/it: residual: expected body and shortcut to give values of one shape,"
                + " found F32[1, 3] and F32[1, 2]");
    assertThatThrownBy(() -> of(new Parallel(new Dense(3), new Dense(4)).merge(new Add())))
        .isInstanceOf(GraphException.class)
        .hasMessageStartingWith("net/it: ");
    assertThatThrownBy(() -> of(new Parallel(DOUBLE).merge(new Concat(2))))
        .hasMessage("net/it: concat: no axis 2 in [1, 2]");
    assertThatThrownBy(() -> of(new Residual(Sequential.of(new Dense(2), new Conv2d(1, 1)))))
        .hasMessage("net/it/body/conv1: conv2d: expected [N, C, H, W], found [1, 2]");
    assertThatThrownBy(() -> new Parallel(List.of(), new Add()))
        .hasMessage("parallel: branches must be at least one, found none");
  }

  @Test
  void equalBlocksAreEqual() {
    assertThat(new Residual(Sequential.of(new Dense(2).biasInit(new Constant(1)))))
        .isEqualTo(new Residual(Sequential.of(new Dense(2).biasInit(new Constant(1)))));
    assertThat(new Parallel(new Relu(), new Tanh()))
        .isEqualTo(new Parallel(new Relu(), new Tanh()));
  }
}
