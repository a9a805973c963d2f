package dev.merapi.nn.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Build;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.SequenceModel;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.Flatten;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The models of images with sequences: videos, captions, and images beside texts. */
class ImageSequenceModelsTest {
  private static final int SAMPLES = 3;
  private static final int WORDS = 6;
  private static final Shape IMAGE = Shape.of(1, 2, 2);
  private static final TensorType TEXT = new TensorType(DType.I32, Shape.of(SAMPLES, 4));
  private static final TensorType IMAGES = TensorType.f32(SAMPLES, 1, 2, 2);
  private static final HostTensor TEXTS =
      HostTensor.of(TEXT.shape(), 2, 4, 5, 0, 2, 5, 0, 0, 2, 4, 4, 5);

  private final Build build = Build.inference();

  private Value input(String name, TensorType type) {
    return Input.of(build.net().graph(), name, type);
  }

  private static HostTensor numbers(TensorType type) {
    double[] values = new Random(1).doubles(type.shape().elements(), -1, 1).toArray();
    return HostTensor.of(type, values);
  }

  private double[] run(Value y, HostTensor images) {
    return build.run(y, Map.of("images", images, "texts", TEXTS)).get("y").toDoubleArray();
  }

  private static Sequential features() {
    return Sequential.of(new Flatten(), new Dense(5));
  }

  @Test
  void stepsOfACaptionGiveTheLogitsOfTheWhole() {
    SequenceModel model = new Captioning(IMAGE, 4, WORDS, features(), 3, 7);
    Value images = input("images", IMAGES);
    Value texts = input("texts", TEXT);
    Value whole = model.build(build.net(), List.of(images, texts)).first();
    SequenceModel.Encoded encoded = model.encode(build.net(), List.of(images));
    List<Value> states = encoded.states();
    List<Value> logits = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Value tokens = Ops.slice(texts, List.of(0, t), List.of(SAMPLES, t + 1));
      Outputs step =
          model.step(build.net(), Ops.reshape(tokens, SAMPLES), encoded.memory(), states);
      logits.add(Ops.reshape(step.first(), SAMPLES, 1, WORDS));
      states = step.values().subList(1, step.size());
    }
    Value both = Ops.concat(0, whole, Ops.concat(1, logits.toArray(Value[]::new)));
    double[] found = run(both, numbers(IMAGES));
    int half = SAMPLES * 4 * WORDS;
    assertThat(found).hasSize(2 * half);
    for (int i = 0; i < half; i++) {
      assertThat(found[half + i]).isCloseTo(found[i], within(1e-6));
    }
    assertThat(found[0]).as("depends on the words").isNotEqualTo(found[WORDS]);
    assertThat(found[0]).as("and the image").isNotEqualTo(found[4 * WORDS]);
  }

  /** Each score is the cosine of an image's and a text's vector, whatever else is in the batch. */
  @Test
  void scoresAreCosinesOfTheVectors() {
    JointEmbedding model = new JointEmbedding(IMAGE, 4, WORDS, features(), 3, 5, 7);
    Value images = input("images", IMAGES);
    Value texts = input("texts", TEXT);
    Value scores = model.build(build.net(), List.of(images, texts)).first();
    List<Value> alone = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      // one image with one text, which has no word behind its own end
      int length = new int[] {3, 2, 4}[i];
      Value image = Ops.slice(images, List.of(i, 0, 0, 0), List.of(i + 1, 1, 2, 2));
      Value text = Ops.slice(texts, List.of(i, 0), List.of(i + 1, length));
      alone.add(Ops.reshape(model.build(build.net(), List.of(image, text)).first(), 1));
    }
    Value all =
        Ops.concat(
            0, Ops.reshape(scores, SAMPLES * SAMPLES), Ops.concat(0, alone.toArray(Value[]::new)));
    double[] found = run(all, numbers(IMAGES));
    for (int i = 0; i < SAMPLES; i++) {
      assertThat(found[i * SAMPLES + i]).isCloseTo(found[9 + i], within(1e-6));
    }
    assertThat(Arrays.stream(found)).allMatch(score -> Math.abs(score) <= 1 + 1e-6);
    assertThat(IntStream.range(0, 9).mapToDouble(i -> found[i]).distinct().count()).isEqualTo(9);
  }

  /** Frames the other way round are another video. */
  @Test
  void theOrderOfFramesMatters() {
    Video model = new Video(Shape.of(2, 1, 2, 2), 4, features(), 7);
    TensorType type = TensorType.f32(SAMPLES, 2, 1, 2, 2);
    Value x = input("images", type);
    Value first = Ops.slice(x, List.of(0, 0, 0, 0, 0), List.of(SAMPLES, 1, 1, 2, 2));
    Value second = Ops.slice(x, List.of(0, 1, 0, 0, 0), List.of(SAMPLES, 2, 1, 2, 2));
    Value both =
        Ops.concat(
            0, model.build(build.net(), x), model.build(build.net(), Ops.concat(1, second, first)));
    double[] found = build.run(both, Map.of("images", numbers(type))).get("y").toDoubleArray();
    assertThat(found).hasSize(2 * SAMPLES * 4);
    assertThat(found[0]).isNotEqualTo(found[SAMPLES * 4]);
    // 4 * 5 + 5 of the frame, 4 (5 * 7 + 7 * 7 + 2 * 7) of the LSTM, 7 * 4 + 4
    assertThat(build.net().parameters().stream().mapToInt(p -> p.shape().elements()).sum())
        .isEqualTo(25 + 392 + 32);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Value x = input("x", TensorType.f32(3, 4));
    List<Value> images = List.of(input("images", IMAGES));
    assertThatThrownBy(() -> new Video().build(build.net(), x))
        .isInstanceOf(GraphException.class)
        .hasMessageContaining("video: expected frames [N, T, C, H, W], found");
    assertThatThrownBy(() -> new Captioning().build(build.net(), images))
        .hasMessageContaining("captioning: expected images and words I32 [N, T], found");
    assertThatThrownBy(() -> new JointEmbedding().build(build.net(), images))
        .hasMessageContaining("jointEmbedding: expected images and texts I32 [N, T], found");
  }
}
