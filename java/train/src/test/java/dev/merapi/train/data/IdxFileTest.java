package dev.merapi.train.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxFileTest {
  @TempDir private Path root;
  private DataFolder folder;

  @BeforeEach
  void makeFolder() {
    folder = new DataFolder(root);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes", "bytes.gz"})
  void readsElementsInRowMajorOrder(String name) throws IOException {
    byte[] content = DataFolder.idx(new int[] {0x0802, 2, 3}, new byte[] {1, 2, 3, 4, 5, -1});
    HostTensor tensor = IdxFile.read(folder.write(name, content), 2);
    assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(tensor.toDoubleArray()).containsExactly(1, 2, 3, 4, 5, 255);
  }

  private void assertFault(byte[] content, String... parts) throws IOException {
    for (String name : new String[] {"faulty", "faulty.gz"}) {
      Path file = folder.write(name, content);
      assertThatThrownBy(() -> IdxFile.read(file, 2))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContainingAll(parts);
    }
  }

  @Test
  void damageIsNamed() throws IOException {
    assertFault(DataFolder.idx(new int[] {0x0802, 2, 3}, new byte[5]), "expected 6", "found 5");
    assertFault(DataFolder.idx(new int[] {0x0802, 2, 3}, new byte[9]), "expected 6", "found 9");
    assertFault(DataFolder.idx(new int[] {0x0803, 2, 3, 1}), "expected 2 dimensions, found 3");
    assertFault(DataFolder.idx(new int[] {0x0D02, 2, 3}), "0x08 (unsigned byte), found 0x0d");
    assertFault(DataFolder.idx(new int[] {0x12345678}), "no IDX file", "found 0x12345678");
    assertFault(DataFolder.idx(new int[] {0x0802, 2}), "8 more header bytes, found 4");
    assertFault(new byte[] {0, 0}, "4 more header bytes, found 2");
    assertFault(DataFolder.idx(new int[] {0x0802, -1, 3}), "found 4294967295");
    assertFault(DataFolder.idx(new int[] {0x0802, 1 << 30, 1 << 30}), "more than 2^31 - 1");
    assertFault(DataFolder.idx(new int[] {0x0802, 46340, 46340}), "found 0");
  }

  @Test
  void damagedGzipIsNamed() throws IOException {
    Path file = folder.write("x.gz", DataFolder.idx(new int[] {0x0802, 20, 30}, new byte[600]));
    byte[] compressed = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(compressed, compressed.length - 12));
    assertThatThrownBy(() -> IdxFile.read(file, 2)).hasMessageContaining("cannot be read as gzip");
    Files.write(file, new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    assertThatThrownBy(() -> IdxFile.read(file, 2)).hasMessageContaining("Not in GZIP format");
    Path missing = root.resolve("missing");
    assertThatThrownBy(() -> IdxFile.read(missing, 2)).isInstanceOf(DataException.class);
  }
}
