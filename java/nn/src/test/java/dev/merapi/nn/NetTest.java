package dev.merapi.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.state.Variable;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.init.Normal;
import dev.merapi.nn.init.Ones;
import dev.merapi.nn.init.Zeros;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Relu;
import org.junit.jupiter.api.Test;

class NetTest {
  private final Build build = Build.training();
  private final Net net = build.net();

  @Test
  void namesNestInPathsAndInVariables() {
    Layer block = (inner, x) -> inner.apply("fc", new Dense(3), x);

    Value y = net.apply("block1", block, build.input(2, 5));

    assertThat(y.node().path()).isEqualTo("net/block1/fc");
    assertThat(build.variables())
        .containsExactly("block1.fc.weight F32[3, 5]", "block1.fc.bias F32[3]");
  }

  @Test
  void equalLayersOfOneNameShareTheirVariables() {
    Value left = net.apply("tower", new Dense(4), build.input(2, 5));
    Value right = net.apply("tower", new Dense(4), Ops.relu(build.input(2, 5)));

    assertThat(net.parameters()).hasSize(2);
    assertThat(Ops.sub(left, right).shape()).isEqualTo(Shape.of(2, 4));
  }

  @Test
  void sharedTowersMayHaveSeveralLayers() {
    Layer tower = Sequential.of(new Dense(4), new Relu(), new Dense(2));

    Value left = net.apply("tower", tower, build.input(3, 5));
    Value right = net.apply("tower", tower, Ops.neg(build.input(3, 5)));
    Ops.sub(left, right);

    assertThat(net.variables())
        .extracting("path")
        .containsExactly(
            "tower.dense1.weight", "tower.dense1.bias", "tower.dense2.weight", "tower.dense2.bias");
  }

  /** A layer within another one comes first; one that is used twice is there twice. */
  @Test
  void remembersWhatWasBuilt() {
    Value x = build.input(3, 5);
    Layer tower = Sequential.of(new Relu());
    Value left = net.apply("tower", tower, x);
    Value right = net.apply("tower", tower, Ops.neg(x));

    assertThat(net.built())
        .extracting(Net.Built::path)
        .containsExactly("tower.relu1", "tower", "tower.relu1", "tower");
    assertThat(net.built()).extracting(Net.Built::output).containsExactly(left, left, right, right);
    assertThat(net.built().get(1).layer()).isEqualTo(tower);
    assertThat(net.built().get(1).input()).isEqualTo(x);
  }

  @Test
  void branchesAndResidualsAreFunctions() {
    Layer residual = (inner, x) -> Ops.add(x, inner.apply("fc", new Dense(5), x));

    Value x = build.input(2, 5);
    Value y = net.apply("block1", residual, x);
    Value z = net.apply("block2", residual, y);

    assertThat(y.node().inputs()).contains(x);
    assertThat(z.shape()).isEqualTo(Shape.of(2, 5));
    assertThat(net.parameters()).hasSize(4);
  }

  @Test
  void oneNameForTwoLayersIsAnError() {
    net.apply("fc", new Dense(4), build.input(2, 5));

    assertThatThrownBy(() -> net.apply("fc", new Dense(3), build.input(2, 5)))
        .isInstanceOf(GraphException.class)
        .hasMessageStartingWith("two layers are named fc: Dense[units=4")
        .hasMessageContaining("Dense[units=3");
  }

  @Test
  void sharingOverDifferentInputsNamesTheVariable() {
    net.apply("fc", new Dense(4), build.input(2, 5));

    assertThatThrownBy(() -> net.apply("fc", new Dense(4), build.input(2, 7)))
        .isInstanceOf(GraphException.class)
        .hasMessage("net/fc: fc.weight is F32[4, 5], but F32[4, 7] is needed here");
  }

  @Test
  void namesWithSeparatorsAreRefused() {
    for (String name : new String[] {"", "a/b", "a.b"}) {
      assertThatThrownBy(() -> net.apply(name, new Relu(), build.input(1)))
          .isInstanceOf(GraphException.class)
          .hasMessageContaining("\"" + name + "\"");
    }
  }

  @Test
  void aFailedLayerLeavesTheNamesAsTheyWere() {
    assertThatThrownBy(() -> net.apply("bad", new Dense(4), build.input(5)))
        .isInstanceOf(GraphException.class);

    net.apply("fc", new Dense(4), build.input(2, 5));

    assertThat(build.variables().get(0)).isEqualTo("fc.weight F32[4, 5]");
  }

  @Test
  void buffersAreNoParameters() {
    Layer counter =
        (inner, x) -> {
          Value count = inner.buffer("count", Shape.SCALAR, new Zeros());
          inner.update(count, Ops.add(inner.latest(count), 1));
          return x;
        };

    net.apply("counter", counter, build.input(1));

    assertThat(net.parameters()).isEmpty();
    assertThat(build.variable("counter.count").group()).isEqualTo(Net.BUFFERS);
    assertThat(net.updates()).hasSize(1);
    assertThat(net.updates().keySet().iterator().next().op()).isInstanceOf(Variable.class);
  }

  @Test
  void aSecondUpdateGoesOnFromTheFirst() {
    Value count = net.buffer("count", Shape.SCALAR, new Zeros());
    Value once = Ops.add(net.latest(count), 1);
    net.update(count, once);
    Value twice = Ops.add(net.latest(count), 1);
    net.update(count, twice);

    assertThat(twice.node().inputs().get(0)).isSameAs(once);
    assertThat(net.updates()).containsOnlyKeys(count).containsValue(twice);
  }

  @Test
  void updatesNeedAVariableAndItsType() {
    Value mean = net.buffer("mean", Shape.of(3), new Zeros());

    assertThatThrownBy(() -> net.update(mean, build.input(4)))
        .hasMessage("update: the variable is F32[3], the new value F32[4]");
    assertThatThrownBy(() -> net.update(build.input(3), mean))
        .hasMessageContaining("is no variable of this net");
  }

  @Test
  void oneVariableCannotBeginInTwoWays() {
    net.parameter("scale", Shape.of(3), new Ones());

    assertThatThrownBy(() -> net.parameter("scale", Shape.of(3), new Zeros()))
        .hasMessage(
            "scale is one of the parameters with Ones[],"
                + " but one of the parameters with Zeros[] is needed here");
    assertThatThrownBy(() -> net.buffer("scale", Shape.of(3), new Ones()))
        .hasMessageContaining("buffers");
  }

  @Test
  void anotherLayerDoesNotChangeWhatAVariableBeginsWith() {
    Build longer = Build.training();
    longer.net().apply("extra", new Dense(9), longer.input(2, 5));
    longer.net().apply("fc", new Dense(4), longer.input(2, 5));
    net.apply("fc", new Dense(4), build.input(2, 5));

    assertThat(build.variable("fc.weight").initial().get())
        .isEqualTo(longer.variable("fc.weight").initial().get());
  }

  @Test
  void seedAndPathDecideWhatAVariableBeginsWith() {
    Net other = new Net(new Graph("net", 43), DType.F32, true);
    for (Net each : new Net[] {net, other}) {
      each.parameter("a", Shape.of(8), new Normal(0, 1));
      each.parameter("b", Shape.of(8), new Normal(0, 1));
    }

    var a = build.variable("a").initial().get();

    assertThat(a).isEqualTo(build.variable("a").initial().get());
    assertThat(a).isNotEqualTo(build.variable("b").initial().get());
    assertThat(a).isNotEqualTo(other.variables().get(0).initial().get());
  }

  @Test
  void variablesHaveTheNetsType() {
    Net wide = new Net(new Graph("net", 42), DType.F64, false);

    assertThat(wide.parameter("w", Shape.of(2), new Ones()).dtype()).isEqualTo(DType.F64);
    assertThatThrownBy(() -> new Net(new Graph("net", 42), DType.I32, false))
        .hasMessageContaining("found I32");
  }
}
