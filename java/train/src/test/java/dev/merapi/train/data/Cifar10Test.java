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
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar10Test {
  @TempDir private Path root;

  private Dataset open(String split) {
    return new Cifar10().open(split, new DataFolder(root).directories());
  }

  private void write(String name, byte[] content) throws IOException {
    new DataFolder(root).write("cifar10/" + name, content);
  }

  @Test
  void readsAllBatchFilesThatAreThere() throws IOException {
    write("data_batch_4.bin.gz", DataFolder.cifar(7));
    write("data_batch_2.bin", DataFolder.cifar(1, 9));
    write("data_batch_2.bin.gz", DataFolder.cifar(3, 3, 3));
    Dataset cifar = open("train");
    assertThat(cifar.description()).isEqualTo("cifar10 train (2 batch files), 3 samples");
    assertThat(cifar.inputType()).isEqualTo(new TensorType(DType.U8, Shape.of(3, 32, 32)));
    ByteBuffer input = ByteBuffer.allocate(3072);
    ByteBuffer target = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder());
    cifar.copy(2, input, target);
    assertThat(target.getInt(0)).isEqualTo(7);
    assertThat(input.get(1023)).isEqualTo((byte) 70);
    assertThat(input.get(1024)).isEqualTo((byte) 71);
    assertThat(input.get(3071)).isEqualTo((byte) 72);
  }

  @Test
  void faultsAreNamed() throws IOException {
    assertThatThrownBy(() -> open("train"))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("data_batch_*.bin[.gz]", "`merapi fetch cifar10`");
    write("data_batch_1.bin", Arrays.copyOf(DataFolder.cifar(1, 2), 6000));
    assertThatThrownBy(() -> open("train"))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("data_batch_1.bin", "multiple of 3073 bytes, found 6000");
    write("data_batch_1.bin", new byte[0]);
    assertThatThrownBy(() -> open("train")).hasMessageContaining("found 0");
    write("test_batch.bin", DataFolder.cifar(1, 10));
    assertThatThrownBy(() -> open("test"))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll("test_batch.bin", "label 10 of record 1");
  }
}
