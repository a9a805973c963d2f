package dev.merapi.nn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Build;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.init.Constant;
import dev.merapi.nn.layer.Dense;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SeveralOutputsTest {
  private static final List<Task> TASKS =
      List.of(new Task("digit", new Dense(10)), new Task("odd", new Dense(2)));

  private static Dense twice() {
    return new Dense(2).bias(false).weightInit(new Constant(2));
  }

  /** Both towers give 2 (x0 + x1) twice: 2 |6 - 2| sqrt(2) for the sums 3 and 1. */
  @Test
  void aSiameseNetworkMeasuresTheDistanceOfEmbeddings() {
    Build build = Build.training();
    Siamese model = new Siamese(Shape.of(2), twice());
    Value x = build.input(1, 2);
    Value other = Ops.div(x, 3);
    Outputs outputs = model.build(build.net(), List.of(x, other));
    assertThat(outputs.names()).containsExactly("distance");
    assertThat(build.variables()).containsExactly("tower.weight F32[2, 2]");
    Map<String, HostTensor> inputs = Map.of("x", HostTensor.of(Shape.of(1, 2), 1f, 2f));
    assertThat(build.run(outputs.first(), inputs).get("y").get(0))
        .isCloseTo(4 * Math.sqrt(2), within(1e-6));
  }

  @Test
  void equalSamplesAreNextToEachOther() {
    Build build = Build.training();
    Value x = build.input(1, 2);
    Value distance = new Siamese(Shape.of(2), twice()).build(build.net(), List.of(x, x)).first();
    HostTensor zeros = HostTensor.zeros(TensorType.f32(1, 2));
    assertThat(build.run(distance, Map.of("x", zeros)).get("y").get(0))
        .isCloseTo(1e-6, within(1e-9));
  }

  @Test
  void anEmbeddingHasTheVariablesOfItsTower() {
    Build whole = Build.training();
    Value image = whole.input(2, 1, 28, 28);
    new Siamese().build(whole.net(), List.of(image, image));
    Build half = Build.inference();
    Value embedding = new Siamese().embedding().build(half.net(), half.input(2, 1, 28, 28));
    assertThat(Build.sizes(embedding)).containsExactly(2, 16);
    assertThat(half.variables()).isEqualTo(whole.variables()).hasSize(8);
  }

  @Test
  void tasksShareATrunk() {
    Build build = Build.training();
    HardSharing model = new HardSharing(Shape.of(4), TASKS, new Dense(3));
    Outputs outputs = model.build(build.net(), List.of(build.input(5, 4)));
    assertThat(outputs.names()).containsExactly("digit", "odd");
    assertThat(Build.sizes(outputs.get("digit"))).containsExactly(5, 10);
    assertThat(Build.sizes(outputs.get("odd"))).containsExactly(5, 2);
    assertThat(build.variables())
        .containsExactly(
            "trunk.weight F32[3, 4]",
            "trunk.bias F32[3]",
            "digit.weight F32[10, 3]",
            "digit.bias F32[10]",
            "odd.weight F32[2, 3]",
            "odd.bias F32[2]");
    assertThat(build.net().losses()).isEmpty();
  }

  /** Weights of 3 x 4 and biases of 3 in each trunk; all equal ones are no distance apart. */
  @Test
  void softSharingAddsTheDistanceOfTheTrunks() {
    Build build = Build.training();
    SoftSharing model = new SoftSharing(Shape.of(4), TASKS, new Dense(3), 0.5);
    model.build(build.net(), List.of(build.input(5, 4)));
    assertThat(build.variables())
        .containsExactly(
            "digit.trunk.weight F32[3, 4]",
            "digit.trunk.bias F32[3]",
            "digit.head.weight F32[10, 3]",
            "digit.head.bias F32[10]",
            "odd.trunk.weight F32[3, 4]",
            "odd.trunk.bias F32[3]",
            "odd.head.weight F32[2, 3]",
            "odd.head.bias F32[2]");
    assertThat(build.net().losses()).hasSize(1);
    Map<String, HostTensor> found =
        build.run(build.net().losses().get(0), Map.of("x", HostTensor.zeros(TensorType.f32(5, 4))));
    double square = 0;
    for (String name : List.of("weight", "bias")) {
      HostTensor digit = found.get("digit.trunk." + name);
      HostTensor odd = found.get("odd.trunk." + name);
      for (int i = 0; i < digit.elements(); i++) {
        square += Math.pow(digit.get(i) - odd.get(i), 2);
      }
    }
    assertThat(square).isGreaterThan(0.1);
    assertThat(found.get("y").item()).isCloseTo(square / 2, within(1e-6));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Build build = Build.training();
    Value x = build.input(1, 2);
    assertThatThrownBy(() -> new Siamese().build(build.net(), List.of(x)))
        .isInstanceOf(GraphException.class)
        .hasMessage("siamese: expected two inputs, found 1");
    Siamese unchanged = new Siamese().tower((net, value) -> Ops.sum(value, 1));
    assertThatThrownBy(() -> unchanged.build(build.net(), List.of(x, x)))
        .hasMessage("siamese: expected a tower that gives embeddings [N, D], found [1]");
    assertThatThrownBy(() -> new HardSharing(Shape.of(2), List.of(), new Dense(1)))
        .hasMessage("tasks must be at least one, found none");
    assertThatThrownBy(() -> new SoftSharing(Shape.of(2), TASKS, new Dense(1), -1))
        .hasMessage("sharing must be finite and at least 0, found -1.0");
  }
}
