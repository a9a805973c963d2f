package dev.merapi.nn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Build;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.SequenceModel;
import dev.merapi.nn.layer.AdditiveAttention;
import dev.merapi.nn.layer.DotAttention;
import dev.merapi.nn.loss.SoftmaxCrossEntropy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SequenceModelsTest {
  private static final int BATCH = 3;
  private static final int LENGTH = 4;
  private static final int SOURCE = 7;
  private static final int TARGET = 6;
  private static final TensorType TOKENS = new TensorType(DType.I32, Shape.of(BATCH, LENGTH));
  private static final HostTensor LENGTHS = HostTensor.of(Shape.of(BATCH), 4, 2, 1);
  private static final HostTensor READ =
      HostTensor.of(TOKENS.shape(), 1, 2, 3, 6, 5, 4, 0, 0, 3, 0, 0, 0);
  private static final HostTensor WRITTEN =
      HostTensor.of(TOKENS.shape(), 2, 4, 5, 1, 2, 5, 3, 0, 2, 1, 1, 4);

  static Stream<SequenceModel> models() {
    Seq2seq plain = new Seq2seq().sentences(LENGTH, SOURCE, TARGET).sizes(5, 4, 1);
    Seq2seq seq2seq = plain.attention(new DotAttention(true));
    Transformer transformer = new Transformer().sentences(LENGTH, SOURCE, TARGET);
    return Stream.of(
        seq2seq,
        seq2seq.sizes(5, 4, 2),
        plain,
        seq2seq.bidirectional(false).sizes(3, 5, 2).attention(new AdditiveAttention(3)),
        seq2seq.attention(new DotAttention()),
        transformer.sizes(6, 2, 2, 5),
        transformer.sizes(4, 1, 1, 3).tied(true));
  }

  private final Build build = Build.inference();

  private Value input(String name, TensorType type) {
    return Input.of(build.net().graph(), name, type);
  }

  private List<Value> inputs() {
    return List.of(
        input("source", TOKENS), input("lengths", LENGTHS.type()), input("target", TOKENS));
  }

  private Value steps(SequenceModel model, List<Value> inputs) {
    SequenceModel.Encoded encoded = model.encode(build.net(), inputs.subList(0, 2));
    List<Value> states = encoded.states();
    List<Value> logits = new ArrayList<>();
    for (int t = 0; t < LENGTH; t++) {
      Value column = Ops.slice(inputs.get(2), List.of(0, t), List.of(BATCH, t + 1));
      Value tokens = Ops.reshape(column, BATCH);
      Outputs step = model.step(build.net(), tokens, encoded.memory(), states);
      logits.add(Ops.reshape(step.first(), BATCH, 1, TARGET));
      states = step.values().subList(1, step.size());
    }
    return Ops.concat(1, logits.toArray(Value[]::new));
  }

  @ParameterizedTest
  @MethodSource("models")
  void stepsGiveTheLogitsOfTheWholeSequence(SequenceModel model) {
    List<Value> inputs = inputs();
    Value both = Ops.concat(0, model.build(build.net(), inputs).first(), steps(model, inputs));
    double[] found =
        build
            .run(both, Map.of("source", READ, "lengths", LENGTHS, "target", WRITTEN))
            .get("y")
            .toDoubleArray();
    int half = found.length / 2;
    assertThat(half).isEqualTo(BATCH * LENGTH * TARGET);
    for (int i = 0; i < half; i++) {
      assertThat(found[half + i]).as("logit %d", i).isCloseTo(found[i], within(1e-5));
    }
    assertThat(found[0]).isNotEqualTo(found[TARGET]);
  }

  @ParameterizedTest
  @MethodSource("models")
  void whatIsBehindASourcesEndDoesNotMatter(SequenceModel model) {
    List<Value> inputs = inputs();
    List<Value> others = new ArrayList<>(inputs);
    others.set(0, input("others", TOKENS));
    Value both =
        Ops.concat(
            0, model.build(build.net(), inputs).first(), model.build(build.net(), others).first());
    HostTensor other = HostTensor.of(TOKENS.shape(), 1, 2, 3, 6, 5, 4, 6, 1, 3, 2, 2, 5);
    double[] found =
        build
            .run(
                both,
                Map.of("source", READ, "others", other, "lengths", LENGTHS, "target", WRITTEN))
            .get("y")
            .toDoubleArray();
    int half = found.length / 2;
    for (int i = 0; i < half; i++) {
      assertThat(found[half + i]).isCloseTo(found[i], within(1e-6));
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void theLossReachesEveryParameter(SequenceModel model) {
    Build training = Build.training();
    List<Value> inputs = new ArrayList<>();
    for (TensorType type : List.of(TOKENS, LENGTHS.type(), TOKENS)) {
      inputs.add(Input.of(training.net().graph(), "x" + inputs.size(), type));
    }
    Value logits = model.build(training.net(), inputs).first();
    Value labels = Input.of(training.net().graph(), "labels", TOKENS);
    Value loss = new SoftmaxCrossEntropy().ignoreIndex(0).build(logits, labels);

    assertThat(Build.sizes(logits)).containsExactly(BATCH, LENGTH, TARGET);
    assertThat(Differentiator.gradients(loss, training.net().parameters()))
        .noneMatch(gradient -> gradient.op() instanceof Constant);
  }

  /** PyTorch's LSTM has 4 (H in + H H + 2 H) numbers; two directions of half the size each. */
  @Test
  void seq2seqHasTheseVariables() {
    new Seq2seq()
        .sentences(LENGTH, SOURCE, TARGET)
        .sizes(5, 4, 1)
        .attention(new DotAttention(true))
        .build(build.net(), inputs());
    assertThat(build.variables())
        .containsExactly(
            "source.weight F32[7, 5]",
            "encoder.weight F32[" + 2 * 4 * (2 * 5 + 2 * 2 + 2 * 2) + "]",
            "target.weight F32[6, 5]",
            "decoder.weight F32[" + 4 * (4 * 5 + 4 * 4 + 2 * 4) + "]",
            "attention.weight F32[4, 4]",
            "combine.weight F32[4, 8]",
            "fc.weight F32[6, 4]",
            "fc.bias F32[6]");
  }

  @Test
  void saysWhatItTakes() {
    assertThatThrownBy(() -> new Transformer().build(build.net(), List.of(input("source", TOKENS))))
        .hasMessage(
            "transformer: expected a source I32[N, S], its lengths I32[N] and a target I32[N, T],"
                + " found [I32[3, 4]]");
    assertThatThrownBy(() -> new Seq2seq().sizes(5, 5, 1))
        .hasMessage("seq2seq: expected even hidden for two directions, found 5");
  }
}
