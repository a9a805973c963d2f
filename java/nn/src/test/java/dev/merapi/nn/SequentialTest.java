package dev.merapi.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.LeakyRelu;
import dev.merapi.nn.layer.Relu;
import org.junit.jupiter.api.Test;

class SequentialTest {
  @Test
  void layersAreNumberedByKind() {
    Sequential row =
        Sequential.of(
            new Dense(8), new Relu(), new Dense(4), new LeakyRelu(), new Relu(), (net, x) -> x);

    assertThat(row.children())
        .extracting(Sequential.Child::name)
        .containsExactly("dense1", "relu1", "dense2", "leakyRelu1", "relu2", "layer1");
  }

  @Test
  void anAutomaticNameAvoidsAGivenOne() {
    Sequential row = Sequential.of().add("dense1", new Dense(8)).add(new Dense(4));

    assertThat(row.children())
        .extracting(Sequential.Child::name)
        .containsExactly("dense1", "dense2");
  }

  @Test
  void namesAreUnique() {
    assertThatThrownBy(() -> Sequential.of(new Relu()).add("relu1", new Relu()))
        .isInstanceOf(GraphException.class)
        .hasMessage("sequential: two layers are named relu1");
  }

  @Test
  void rowsNestAndShareOnlyByName() {
    Build build = Build.training();
    Sequential block = Sequential.of(new Dense(5), new Relu());

    Value y = build.net().apply("body", Sequential.of(block, block), build.input(2, 5));

    assertThat(y.node().path()).isEqualTo("net/body/sequential2/relu1");
    assertThat(build.net().variables())
        .extracting("path")
        .containsExactly(
            "body.sequential1.dense1.weight",
            "body.sequential1.dense1.bias",
            "body.sequential2.dense1.weight",
            "body.sequential2.dense1.bias");
  }

  @Test
  void anEmptyRowIsTheIdentity() {
    Build build = Build.training();
    Value x = build.input(2, 5);

    assertThat(Sequential.of().build(build.net(), x)).isSameAs(x);
  }
}
