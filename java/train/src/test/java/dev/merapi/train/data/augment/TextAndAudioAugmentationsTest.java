package dev.merapi.train.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.MultiDataset;
import dev.merapi.train.data.RandomStream;
import dev.merapi.train.data.Subset;
import dev.merapi.train.data.TensorDataset;
import dev.merapi.train.data.TextDataset;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Noise on texts and sounds. */
class TextAndAudioAugmentationsTest {
  private static ByteBuffer buffer(int elements) {
    return ByteBuffer.allocate(4 * elements).order(ByteOrder.nativeOrder());
  }

  private static RandomStream random(int sample) {
    RandomStream random = new RandomStream(7, "test", 0);
    random.begin(1, sample);
    return random;
  }

  private static void apply(Canvas canvas, Augmentation augmentation, ByteBuffer bytes, int n) {
    canvas.read(bytes, 0);
    assertThat(canvas.takes(augmentation)).isTrue();
    canvas.apply(augmentation, random(n));
    canvas.write(bytes, 0);
  }

  private static int[] text(Augmentation augmentation, int sample, int... numbers) {
    ByteBuffer bytes = buffer(numbers.length);
    bytes.asIntBuffer().put(numbers);
    apply(new TokenSequence(numbers.length), augmentation, bytes, sample);
    int[] changed = new int[numbers.length];
    bytes.asIntBuffer().get(changed);
    return changed;
  }

  private static float[] sound(Augmentation augmentation, int channels, float... samples) {
    ByteBuffer bytes = buffer(samples.length);
    bytes.asFloatBuffer().put(samples);
    apply(new Waveform(channels, samples.length / channels), augmentation, bytes, 3);
    float[] changed = new float[samples.length];
    bytes.asFloatBuffer().get(changed);
    return changed;
  }

  /** Texts of words, each text with one label. */
  private static Dataset words() {
    return new TensorDataset(
        "words",
        HostTensor.of(Shape.of(2, 4), 5, 6, 7, 0, 8, 9, 0, 0),
        HostTensor.of(Shape.of(2), 0, 1),
        2);
  }

  @Test
  void aMistypedWordIsUnknown() {
    Augmentation all = new Typos(1).fit(words());
    assertThat(text(all, 0, 5, 6, 7, 0, 0)).containsExactly(1, 1, 1, 0, 0);
    int[] many = new int[10_000];
    Arrays.fill(many, 5);
    int[] changed = text(new Typos(0.3), 0, many);
    assertThat(changed).containsOnly(1, 5);
    assertThat(Arrays.stream(changed).filter(n -> n == 1).count() / 1e4)
        .isCloseTo(0.3, within(.02));
    assertThat(text(new Typos(0), 0, 5, 6, 0)).containsExactly(5, 6, 0);
  }

  /** One mistake in four types the right one of four characters after all. */
  @Test
  void aMistypedCharacterIsAnyCharacter() {
    Dataset data = new TextDataset("text", "abcdabcdabcd", "abcd", 3);
    Augmentation typos = new Typos(0.4).fit(new Subset(data, 0, 1));
    int[] changed = text(typos, 0, new int[10_000]);
    assertThat(changed).containsOnly(0, 1, 2, 3);
    assertThat(Arrays.stream(changed).filter(n -> n != 0).count() / 1e4)
        .isCloseTo(0.3, within(.02));
  }

  @Test
  void whatIsLeftMovesForward() {
    for (int sample = 0; sample < 20; sample++) {
      int[] left = text(new DropTokens(0.5), sample, 2, 3, 4, 5, 6, 7, 0, 0);
      int[] present = Arrays.stream(left).takeWhile(n -> n != 0).toArray();
      assertThat(present).hasSizeBetween(1, 6).isSorted().doesNotHaveDuplicates();
      assertThat(Arrays.copyOfRange(left, present.length, 8)).containsOnly(0);
      int[] one = text(new DropTokens(1), sample, 2, 3, 4, 0);
      assertThat(one[0]).isBetween(2, 4);
      assertThat(Arrays.copyOfRange(one, 1, 4)).containsOnly(0);
    }
    assertThat(text(new DropTokens(1), 0, 0, 0)).containsExactly(0, 0);
    assertThat(text(new DropTokens(0), 0, 2, 3, 0)).containsExactly(2, 3, 0);
  }

  @Test
  void neighboursChangePlacesOnce() {
    assertThat(text(new SwapTokens(1), 0, 2, 3, 4, 5, 6, 0)).containsExactly(3, 2, 5, 4, 6, 0);
    assertThat(text(new SwapTokens(0), 0, 2, 3, 0)).containsExactly(2, 3, 0);
  }

  @Test
  void tokensThatHaveTargetsDoNotMove() {
    Dataset text = new TextDataset("text", "abcabcabc", "abc", 3);
    for (Augmentation moving : List.of(new DropTokens(0.1), new SwapTokens(0.1))) {
      assertThatThrownBy(() -> new AugmentedDataset(text, List.of(moving), 1))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(
              "expected a target for each text, found one for each of its tokens");
      new AugmentedDataset(words(), List.of(moving), 1);
    }
  }

  /** The power of the noise is a hundredth of that of the sound. */
  @Test
  void noiseIsAsLoudAsAskedFor() {
    float[] wave = new float[40_000];
    for (int i = 0; i < wave.length; i++) {
      wave[i] = (float) Math.sin(0.1 * i);
    }
    float[] noisy = sound(new AudioNoise(20, 20), 2, wave);
    double power = 0;
    for (int i = 0; i < wave.length; i++) {
      power += Math.pow(noisy[i] - wave[i], 2) / wave.length;
    }
    assertThat(power).isCloseTo(0.5 / 100, within(0.0003));
    assertThat(sound(new AudioNoise(5, 40), 1, 0, 0, 0)).containsExactly(0, 0, 0);
  }

  @Test
  void anEchoComesOnceInEachChannel() {
    float[] wave = new float[40];
    wave[2] = 1;
    wave[20] = -2;
    float[] heard = sound(new Echo(9, 0.5), 2, wave);
    int delay = 1;
    while (heard[2 + delay] == 0) {
      delay++;
    }
    float gain = heard[2 + delay];
    assertThat(delay).isBetween(1, 9);
    assertThat(gain).isBetween(0f, 0.5f);
    float[] expected = wave.clone();
    expected[2 + delay] = gain;
    expected[20 + delay] = -2 * gain;
    assertThat(heard).containsExactly(expected);
    assertThat(sound(new Echo(9, 0.5), 1, 1, 2)).hasSize(2);
  }

  @Test
  void aDatasetOfWordsIsAugmented() {
    Dataset data = new AugmentedDataset(words(), List.of(new DropTokens(1), new Typos(1)), 1);
    ByteBuffer input = buffer(4);
    ByteBuffer target = buffer(1);
    data.reader().copy(1, 0, List.of(input), List.of(target));
    assertThat(input.getInt(0)).isEqualTo(1);
    assertThat(input.getInt(4)).isZero();
    assertThat(target.getInt(0)).isEqualTo(1);
    data.copy(1, input.clear(), target.clear());
    assertThat(input.getInt(4)).isEqualTo(9);
  }

  @Test
  void aTextsLengthIsKnownAfterwards() {
    Dataset texts =
        new MultiDataset() {
          @Override
          public int size() {
            return 1;
          }

          @Override
          public List<TensorType> inputTypes() {
            return List.of(words().inputType(), TensorType.scalar(words().inputType().dtype()));
          }

          @Override
          public List<TensorType> targetTypes() {
            return List.of(words().targetType());
          }

          @Override
          public int classes(int target) {
            return 2;
          }

          @Override
          public void copy(int sample, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
            inputs.get(0).putInt(5).putInt(6).putInt(7).putInt(0);
            inputs.get(1).putInt(3);
            targets.get(0).putInt(0);
          }
        };
    ByteBuffer length = buffer(1);
    List<ByteBuffer> inputs = List.of(buffer(4), length);
    new AugmentedDataset(texts, List.of(new DropTokens(1)), 1)
        .reader()
        .copy(0, 0, inputs, List.of(buffer(1)));
    assertThat(length.getInt(0)).isEqualTo(1);
    assertThat(inputs.get(0).getInt(4)).isZero();
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(() -> new AugmentedDataset(words(), List.of(new Echo(9, 0.5)), 1))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "words, 2 samples: expected waveforms F32 [T] or [C, T] to augment by"
                + " Echo[delay=9, gain=0.5], found [I32[4]]");
    assertThatThrownBy(() -> new Typos(1.5)).hasMessageContaining("probability");
    assertThatThrownBy(() -> new DropTokens(-1)).hasMessageContaining("probability");
    assertThatThrownBy(() -> new SwapTokens(2)).hasMessageContaining("probability");
    assertThatThrownBy(() -> new AudioNoise(3, 2)).hasMessageContaining("found 3.0 and 2.0");
    assertThatThrownBy(() -> new Echo(0, 0.5)).hasMessageContaining("delay");
  }
}
