package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The data sets that need no file. */
class GeneratedDataTest {
  private static final DataDirectories NOWHERE = new DataDirectories(List.of(Path.of("nowhere")));

  private static byte[] images(Dataset digits) {
    ByteBuffer images = ByteBuffer.allocate(digits.size() * 784);
    ByteBuffer labels = ByteBuffer.allocate(digits.size() * 4).order(ByteOrder.nativeOrder());
    for (int i = 0; i < digits.size(); i++) {
      digits.copy(i, images, labels);
      assertThat(labels.getInt(4 * i)).isEqualTo(i % 10);
    }
    return images.array();
  }

  @Test
  void xorHasItsFourPoints() {
    Dataset xor = new Xor(2).open("train", NOWHERE);
    assertThat(xor.size()).isEqualTo(8);
    assertThat(xor.classes()).isEqualTo(2);
    assertThat(xor.inputType()).isEqualTo(TensorType.f32(2));
    float[][] expected = {{0, 0, 0}, {0, 1, 1}, {1, 0, 1}, {1, 1, 0}};
    for (int i = 0; i < 8; i++) {
      ByteBuffer input = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
      ByteBuffer target = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder());
      xor.copy(i, input, target);
      assertThat(new float[] {input.getFloat(0), input.getFloat(4), target.getInt(0)})
          .containsExactly(expected[i % 4]);
    }
    assertThatThrownBy(() -> new Xor(0)).hasMessageContaining("found 0");
  }

  @ParameterizedTest
  @CsvSource({"AND,0001", "OR,0111", "NAND,1110", "NOR,1000", "XOR,0110", "XNOR,1001"})
  void gatesHaveTheirTruthTables(Logic.Gate gate, String table) {
    Dataset logic = new Logic(gate, 1).open("test", NOWHERE);
    ByteBuffer inputs = ByteBuffer.allocate(4 * 8).order(ByteOrder.nativeOrder());
    ByteBuffer labels = ByteBuffer.allocate(4 * 4).order(ByteOrder.nativeOrder());
    String found = "";
    for (int i = 0; i < 4; i++) {
      logic.copy(i, inputs, labels);
      found += labels.getInt(4 * i);
    }
    assertThat(found).isEqualTo(table);
    assertThat(inputs.rewind().asFloatBuffer())
        .isEqualTo(FloatBuffer.wrap(new float[] {0, 0, 0, 1, 1, 0, 1, 1}));
    assertThat(new Logic(gate).open("train", NOWHERE).size()).isEqualTo(256);
    assertThatThrownBy(() -> new Logic(gate, 0)).hasMessageContaining("found 0");
  }

  @Test
  void digitsAreTheSameBitsOnEveryMachine() throws NoSuchAlgorithmException {
    Dataset digits = new SyntheticDigits(200, 50, 1).open("train", NOWHERE);
    assertThat(digits.inputType()).isEqualTo(new TensorType(DType.U8, Shape.of(1, 28, 28)));
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(images(digits));
    assertThat(HexFormat.of().formatHex(hash))
        .isEqualTo("34d460b914807c0bd974a070e4b8bc5a443a68247ff2e52929414049dff557d6");
  }

  @Test
  void digitsDependOnSeedAndSplitButNotOnTheNumberOfSamples() {
    byte[] ten = images(new SyntheticDigits(10, 10, 1).open("train", NOWHERE));
    byte[] twenty = images(new SyntheticDigits(20, 10, 1).open("train", NOWHERE));
    assertThat(twenty).startsWith(ten);
    assertThat(images(new SyntheticDigits(10, 10, 1).open("test", NOWHERE))).isNotEqualTo(ten);
    assertThat(images(new SyntheticDigits(10, 10, 2).open("train", NOWHERE))).isNotEqualTo(ten);
    assertThat(new SyntheticDigits().open("test", NOWHERE).size()).isEqualTo(1000);
  }

  @Test
  void aDigitIsBrightInkOnADarkPage() {
    byte[] images = images(new SyntheticDigits(100, 1, 1).open("train", NOWHERE));
    for (int sample = 0; sample < 100; sample++) {
      int ink = 0;
      for (int i = 0; i < 784; i++) {
        ink += (images[sample * 784 + i] & 0xFF) > 128 ? 1 : 0;
      }
      assertThat(ink).as("bright pixels of sample %s", sample).isBetween(15, 300);
    }
  }
}
