package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.recurrent.PackedWeights;
import dev.merapi.core.op.recurrent.Rnn.Mode;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Build;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.init.Identity;
import dev.merapi.nn.init.Normal;
import dev.merapi.nn.init.Zeros;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecurrentTest {
  private static final HostTensor TEXT = HostTensor.zeros(TensorType.f32(6, 2, 3));

  static {
    for (int i = 0; i < TEXT.elements(); i++) {
      TEXT.set(i, Math.sin(i * i));
    }
  }

  @Test
  void mapsSequencesToSequences() {
    assertThat(Build.training().shape(new Lstm(4), 5, 2, 3)).containsExactly(5, 2, 4);
    assertThat(Build.training().shape(new Gru(4).layers(2), 5, 2, 3)).containsExactly(5, 2, 4);
    Rnn rnn = new Rnn(4).bidirectional(true).activation(Mode.RELU);
    assertThat(Build.training().shape(rnn, 5, 2, 3)).containsExactly(5, 2, 8);
  }

  /** As many numbers as PyTorch's modules have. */
  @Test
  void allMatricesAndBiasesAreOneVariable() {
    Build lstm = Build.training();
    lstm.shape(new Lstm(4).layers(2).bidirectional(true), 5, 2, 3);
    assertThat(lstm.variables()).containsExactly("it.weight F32[736]");

    Build gru = Build.training();
    gru.shape(new Gru(4), 5, 2, 3);
    assertThat(gru.variables()).containsExactly("it.weight F32[108]");

    Build rnn = Build.training();
    rnn.shape(new Rnn(4), 5, 2, 3);
    assertThat(rnn.variables()).containsExactly("it.weight F32[36]");
  }

  @Test
  void weightsBeginWithinOneOverTheRootOfTheState() {
    Build build = Build.training();
    build.shape(new Lstm(16).layers(2), 1, 1, 400);

    double[] values = build.variable("it.weight").initial().get().toDoubleArray();
    double largest = Arrays.stream(values).map(Math::abs).max().orElseThrow();
    assertThat(largest).isCloseTo(0.25, within(0.001)).isLessThanOrEqualTo(0.25);
  }

  /** The IRNN: a state passes on itself, and small inputs are added to it. */
  @Test
  void piecesOfTheWeightCanBeginAsTold() {
    Build build = Build.training();
    Rnn irnn =
        new Rnn(3)
            .layers(2)
            .activation(Mode.RELU)
            .weightInit(new Normal(0, 0.001))
            .recurrentInit(new Identity())
            .biasInit(new Zeros());
    build.shape(irnn, 5, 2, 300);
    Map<String, HostTensor> pieces =
        new PackedWeights(1, 300, 3, 2, 1).unpack(build.variable("it.weight").initial().get());
    assertThat(pieces.get("weight_hh_l0").toFloatArray())
        .containsExactly(1, 0, 0, 0, 1, 0, 0, 0, 1);
    assertThat(pieces.get("weight_hh_l1").toFloatArray())
        .containsExactly(1, 0, 0, 0, 1, 0, 0, 0, 1);
    assertThat(pieces.get("bias_ih_l0").toFloatArray()).containsOnly(0);
    assertThat(pieces.get("bias_hh_l1").toFloatArray()).containsOnly(0);
    double[] input = pieces.get("weight_ih_l0").toDoubleArray();
    double square = Arrays.stream(input).map(w -> w * w).average().orElseThrow();
    assertThat(Math.sqrt(square)).isBetween(0.9e-3, 1.1e-3);

    Build rest = Build.training();
    rest.shape(new Rnn(3).recurrentInit(new Identity()), 5, 2, 300);
    Build uniform = Build.training();
    uniform.shape(new Rnn(3), 5, 2, 300);
    PackedWeights packed = new PackedWeights(1, 300, 3, 1, 1);
    HostTensor kept = packed.unpack(rest.variable("it.weight").initial().get()).get("weight_ih_l0");
    assertThat(kept.toFloatArray())
        .containsExactly(
            packed
                .unpack(uniform.variable("it.weight").initial().get())
                .get("weight_ih_l0")
                .toFloatArray());
  }

  @Test
  void peepholesAreVariablesOfTheirOwn() {
    Build build = Build.training();
    assertThat(build.shape(new PeepholeLstm(4), 5, 2, 3)).containsExactly(5, 2, 4);
    assertThat(build.variables())
        .containsExactly(
            "it.weight_ih F32[16, 3]",
            "it.weight_hh F32[16, 4]",
            "it.bias F32[16]",
            "it.peephole F32[3, 4]");
    assertThatThrownBy(() -> new PeepholeLstm(0))
        .hasMessage("peepholeLstm: hidden must be at least 1, found 0");
  }

  static List<Layer> carrying() {
    return List.of(
        new Lstm(4).layers(2).carryState(true),
        new Gru(4).carryState(true),
        new Rnn(4).carryState(true));
  }

  /** The second half continues the first: together they are the whole. */
  @ParameterizedTest
  @MethodSource("carrying")
  void carriedStateContinues(Layer layer) {
    Build whole = Build.training();
    HostTensor expected =
        whole.run(whole.net().apply("it", layer, whole.input(6, 2, 3)), Map.of("x", TEXT)).get("y");

    Build halves = Build.training();
    Value x = halves.input(6, 2, 3);
    Value first = Ops.slice(x, List.of(0, 0, 0), List.of(2, 2, 3));
    Value second = Ops.slice(x, List.of(2, 0, 0), List.of(6, 2, 3));
    Net net = halves.net();
    Value y = Ops.concat(0, net.apply("it", layer, first), net.apply("it", layer, second));
    Map<String, HostTensor> results = halves.run(y, Map.of("x", TEXT));

    assertThat(results.get("y").toFloatArray())
        .containsExactly(expected.toFloatArray(), within(1e-6f));
    // the last layer's h is the last row of the sequence
    HostTensor h = results.get("it.h");
    float[] last = Arrays.copyOfRange(expected.toFloatArray(), 5 * 8, 6 * 8);
    float[] top = Arrays.copyOfRange(h.toFloatArray(), h.elements() - 8, h.elements());
    assertThat(top).containsExactly(last, within(1e-6f));
  }

  @Test
  void trainingAndInferenceHaveStatesOfTheirOwn() {
    Build training = Build.training();
    training.shape(new Lstm(4).carryState(true), 5, 2, 3);
    assertThat(training.variables())
        .containsExactly("it.weight F32[144]", "it.h F32[1, 2, 4]", "it.c F32[1, 2, 4]");
    assertThat(training.net().variables())
        .extracting(VariableSpec::group)
        .containsExactly(Net.PARAMETERS, Net.STATES, Net.STATES);

    Build inference = Build.inference();
    inference.shape(new Gru(4).carryState(true), 5, 2, 3);
    assertThat(inference.variables())
        .containsExactly("it.weight F32[108]", "inference/it.h F32[1, 2, 4]");
  }

  private static Outputs ofLengths(Build build, Layer layer) {
    Value x = build.input(6, 2, 3);
    Value known = Input.of(x.graph(), "lengths", new TensorType(DType.I32, Shape.of(2)));
    return build.net().apply("it", layer, List.of(x, known));
  }

  /** The first two places alone give what they give with four more places behind the end. */
  @ParameterizedTest
  @ValueSource(strings = {"output", "h", "c"})
  void whatIsBehindTheEndChangesNothing(String output) {
    Lstm layer = new Lstm(4).layers(2).bidirectional(true);
    HostTensor two = HostTensor.of(new TensorType(DType.I32, Shape.of(2)), 2, 2);
    Build padded = Build.training();
    Value found = ofLengths(padded, layer).get(output);
    HostTensor y = padded.run(found, Map.of("x", TEXT, "lengths", two)).get("y");

    Build cut = Build.training();
    Value x = Ops.slice(cut.input(6, 2, 3), List.of(0, 0, 0), List.of(2, 2, 3));
    Value alone = cut.net().apply("it", layer, List.of(x)).get(output);
    float[] expected = cut.run(alone, Map.of("x", TEXT)).get("y").toFloatArray();

    float[] zerosBehind = Arrays.copyOf(expected, y.elements());
    assertThat(y.toFloatArray()).containsExactly(zerosBehind, within(1e-6f));
  }

  @Test
  void statesAreCarriedFromTheirOwnEnds() {
    Build build = Build.training();
    Value h = ofLengths(build, new Gru(4).carryState(true)).get("h");
    HostTensor lengths = HostTensor.of(new TensorType(DType.I32, Shape.of(2)), 3, 0);
    Map<String, HostTensor> results = build.run(h, Map.of("x", TEXT, "lengths", lengths));
    assertThat(results.get("it.h").toFloatArray()).containsExactly(results.get("y").toFloatArray());
    assertThat(Arrays.copyOfRange(results.get("y").toFloatArray(), 4, 8)).containsOnly(0f);
  }

  @Test
  void givenStatesAreWhereItBegins() {
    Build build = Build.training();
    Value x = build.input(6, 2, 3);
    Value first = Ops.slice(x, List.of(0, 0, 0), List.of(2, 2, 3));
    Value second = Ops.slice(x, List.of(2, 0, 0), List.of(6, 2, 3));
    Outputs begin = build.net().apply("it", new Lstm(4), List.of(first));
    List<Value> next = List.of(second, begin.get("h"), begin.get("c"));
    Value y = build.net().apply("it", new Lstm(4), next).get("h");
    float[] found = build.run(y, Map.of("x", TEXT)).get("y").toFloatArray();

    Build whole = Build.training();
    Value h = whole.net().apply("it", new Lstm(4), List.of(whole.input(6, 2, 3))).get("h");
    float[] expected = whole.run(h, Map.of("x", TEXT)).get("y").toFloatArray();
    assertThat(found).containsExactly(expected, within(1e-6f));
  }

  @Test
  void saysWhichInputsItTakes() {
    Net net = Build.training().net();
    Value x = Input.of(net.graph(), "x", TensorType.f32(6, 2, 3));
    Value h = Input.of(net.graph(), "h", TensorType.f32(1, 2, 4));
    Value lengths = Input.of(net.graph(), "lengths", new TensorType(DType.I32, Shape.of(3)));
    assertThatThrownBy(() -> net.apply("it", new Lstm(4), List.of(x, h)))
        .hasMessage(
            "net/it: lstm: expected a sequence, then perhaps the states [h, c], then perhaps lengths"
                + " I32[N], found 2 inputs");
    assertThatThrownBy(() -> net.apply("gru", new Gru(3), List.of(x, h)))
        .hasMessage("net/gru: gru: expected the state h as F32[1, 2, 3], found F32[1, 2, 4]");
    assertThatThrownBy(() -> net.apply("it", new Lstm(4), List.of(x, lengths)))
        .hasMessage("net/it: lstm: expected lengths I32[2], found I32[3]");
    assertThatThrownBy(() -> net.apply("carry", new Lstm(4).carryState(true), List.of(x, h, h)))
        .hasMessageContaining("expected no states as inputs where they are carried");
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatThrownBy(() -> Build.training().shape(new Gru(4), 5, 2))
        .isInstanceOf(GraphException.class)
        .hasMessage("net/it: gru: expected [T, N, features], found [5, 2]");
    assertThatThrownBy(() -> new Lstm(0)).hasMessage("lstm: hidden must be at least 1, found 0");
    assertThatThrownBy(() -> new Rnn(1).layers(0))
        .hasMessage("rnn: layers must be at least 1, found 0");
    assertThatThrownBy(() -> new Lstm(4).carryState(true).bidirectional(true))
        .hasMessage("lstm: a bidirectional layer cannot carry its state: it begins at both ends");
  }
}
