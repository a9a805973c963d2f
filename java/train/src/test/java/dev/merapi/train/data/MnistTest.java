package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MnistTest {
  @TempDir private Path root;

  private Dataset open(String split) {
    return new Mnist().open(split, new DataFolder(root).directories());
  }

  private void write(int images, byte... labels) throws IOException {
    byte[] pixels = new byte[images * 784];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) i;
    }
    DataFolder folder = new DataFolder(root);
    folder.write(
        "mnist/train-images-idx3-ubyte.gz",
        DataFolder.idx(new int[] {0x0803, images, 28, 28}, pixels));
    folder.write(
        "mnist/train-labels-idx1-ubyte", DataFolder.idx(new int[] {0x0801, labels.length}, labels));
  }

  @Test
  void readsImagesAndLabels() throws IOException {
    write(3, (byte) 9, (byte) 0, (byte) 5);
    Dataset mnist = open("train");
    assertThat(mnist.size()).isEqualTo(3);
    assertThat(mnist.classes()).isEqualTo(10);
    assertThat(mnist.inputType()).isEqualTo(new TensorType(DType.U8, Shape.of(1, 28, 28)));
    assertThat(mnist.targetType()).isEqualTo(TensorType.scalar(DType.I32));
    assertThat(mnist.description()).isEqualTo("mnist train, 3 samples");
    ByteBuffer input = ByteBuffer.allocate(784);
    ByteBuffer target = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder());
    mnist.copy(2, input, target);
    assertThat(input.get(1)).isEqualTo((byte) (2 * 784 + 1));
    assertThat(target.getInt(0)).isEqualTo(5);
  }

  @Test
  void faultsAreNamed() throws IOException {
    write(3, (byte) 1, (byte) 2);
    assertThatThrownBy(() -> open("train"))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("train-labels-idx1-ubyte", "expected 3 labels", "found 2");
    write(2, (byte) 1, (byte) 10);
    assertThatThrownBy(() -> open("train"))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("train-labels", "label 10 of sample 1", "expected 0 to 9");
    new DataFolder(root)
        .write(
            "mnist/train-images-idx3-ubyte.gz",
            DataFolder.idx(new int[] {0x0803, 1, 2, 2}, new byte[4]));
    assertThatThrownBy(() -> open("train")).hasMessageContaining("found [1, 2, 2]");
    assertThatThrownBy(() -> open("test"))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(
            "t10k-images-idx3-ubyte[.gz]", root + "/mnist", "`merapi fetch mnist`");
    assertThatThrownBy(() -> open("dev"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mnist has the splits train, test; found dev");
  }
}
