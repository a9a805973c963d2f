package dev.merapi.train.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
  private static final String TENSOR = "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}";

  @TempDir private Path root;

  /** The bytes by hand: two tensors, the header padded to a multiple of 8. */
  @Test
  void writesTheFormat() throws IOException {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    tensors.put("b", HostTensor.of(Shape.of(2), 1.0f, -2.0f));
    tensors.put("a", HostTensor.of(Shape.SCALAR, (byte) 7));
    Path file = root.resolve("weights.safetensors");
    new Safetensors(tensors).write(file);
    String json =
        "{\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[8,9]}}";
    int padded = (json.length() + 7) & ~7;
    ByteBuffer expected = ByteBuffer.allocate(8 + padded + 9).order(ByteOrder.LITTLE_ENDIAN);
    expected.putLong(padded).put(json.getBytes(StandardCharsets.US_ASCII));
    while (expected.position() < 8 + padded) {
      expected.put((byte) 0x20);
    }
    expected.putInt(0x3F800000).putInt(0xC0000000).put((byte) 7);
    assertThat(Files.readAllBytes(file)).isEqualTo(expected.array());
    try (Stream<Path> files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void readsBackEveryTypeBitForBit() {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    HostTensor floats = HostTensor.zeros(TensorType.f32(3));
    floats.bytes().putInt(0x7FC12345).putInt(0x80000000).putInt(0x7F800000);
    tensors.put("layer.f32", floats);
    tensors.put("layer.f64", HostTensor.of(Shape.of(1, 2), Math.PI, Double.NaN));
    tensors.put("i32", HostTensor.of(Shape.of(2, 2), 1, -1, Integer.MIN_VALUE, 4));
    tensors.put("u8 \"é\"", HostTensor.of(Shape.of(3), (byte) 0, (byte) 200, (byte) -1));
    tensors.put("empty", HostTensor.zeros(new TensorType(DType.F32, Shape.of(0, 5))));
    tensors.put("scalar", HostTensor.of(Shape.SCALAR, 2.5));
    Safetensors written = new Safetensors(tensors, Map.of("step", "12"));
    Path file = root.resolve("x.safetensors");
    written.write(file);
    Safetensors read = Safetensors.read(file);
    assertThat(read).isEqualTo(written);
    assertThat(read.tensors().keySet()).containsExactlyElementsOf(tensors.keySet());
    assertThat(read.metadata()).containsExactly(Map.entry("step", "12"));
  }

  @Test
  void nothingAtAllIsAFileToo() {
    Path file = root.resolve("none.safetensors");
    new Safetensors(Map.of()).write(file);
    assertThat(Safetensors.read(file).tensors()).isEmpty();
  }

  private void assertFault(String json, int dataBytes, String... parts) throws IOException {
    byte[] header = json.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    assertFault(bytes.putLong(header.length).put(header).array(), parts);
  }

  private void assertFault(byte[] content, String... parts) throws IOException {
    Path file = Files.write(root.resolve("faulty.safetensors"), content);
    assertThatThrownBy(() -> Safetensors.read(file))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContainingAll(parts)
        .extracting(Throwable::getMessage)
        .matches(message -> !message.toString().contains("\n"), "is one line");
  }

  private static byte[] length(long headerBytes, int rest) {
    return ByteBuffer.allocate(8 + rest)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(headerBytes)
        .array();
  }

  @Test
  void aDamagedHeaderLengthIsNamed() throws IOException {
    assertFault(new byte[5], "expected at least 8 bytes, found 5");
    assertFault(length(100, 50), "found 100");
    assertFault(length(-1, 50), "found 18446744073709551615");
    assertFault(length(Long.MAX_VALUE, 50), "found 9223372036854775807");
    assertFault(length(0, 50), "found 0");
    assertThatThrownBy(() -> Safetensors.read(root.resolve("missing")))
        .isInstanceOf(DataException.class);
  }

  @Test
  void damagedJsonIsNamed() throws IOException {
    assertFault("{\"a\":", 0, "header is damaged");
    assertFault("[]", 0, "expected START_OBJECT");
    assertFault("{\"a\":" + TENSOR + "} x", 4, "header is damaged");
    assertFault("{\"a\":" + TENSOR + "} {}", 4, "nothing behind");
    assertFault("{\"a\":" + TENSOR + ",\"a\":" + TENSOR + "}", 4, "Duplicate field 'a'");
    assertFault("{\"a\":3}", 0, "expected START_OBJECT, found VALUE_NUMBER_INT");
    assertFault("{\"__metadata__\":{\"k\":1}}", 0, "__metadata__.k");
    assertFault("{\"a\":" + TENSOR.replace("F32", "F16") + "}", 4, "found F16");
    assertFault("{\"a\":" + TENSOR.replace("\"F32\"", "1") + "}", 4, "a.dtype");
    assertFault("{\"a\":" + TENSOR.replace("shape", "size") + "}", 4, "unknown key size");
    assertFault("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, "two data_offsets");
    assertFault("{\"a\":" + TENSOR.replace("[0,4]", "[0]") + "}", 4, "two data_offsets");
    assertFault("{\"a\":" + TENSOR.replace("[1]", "[1.5]") + "}", 4, "a.shape");
    assertFault("{\"a\":" + TENSOR.replace("[1]", "[-1]") + "}", 4, "a.shape is out of range");
    assertFault(
        "{\"a\":" + TENSOR.replace("[1]", "[99999999999]") + "}", 4, "a.shape is out of range");
    assertFault("{\"a\":" + TENSOR.replace("[1]", "[99999,99999]") + "}", 4, "2^31 - 1");
    assertFault("{\"a\":" + TENSOR.replace("[1]", "[9999999999999999999]") + "}", 4, "damaged");
  }

  @Test
  void damagedOffsetsAreNamed() throws IOException {
    String other = TENSOR.replace("[0,4]", "[4,8]");
    assertFault("{\"a\":" + TENSOR + "}", 3, "expected 4 bytes of data, found 3");
    assertFault("{\"a\":" + TENSOR + "}", 5, "expected 4 bytes of data, found 5");
    assertFault("{\"a\":" + TENSOR + ",\"b\":" + TENSOR + "}", 4, "[4, 8] of b", "found [0, 4]");
    assertFault("{\"a\":" + other + "}", 8, "[0, 4] of a", "found [4, 8]");
    assertFault("{\"a\":" + TENSOR.replace("[0,4]", "[0,8]") + "}", 8, "found [0, 8]");
    assertFault("{\"a\":" + TENSOR.replace("[0,4]", "[4,0]") + "}", 4, "found [4, 0]");
  }

  @Test
  void whatCannotBeWrittenLeavesNothing() throws IOException {
    Path blocked = Files.write(root.resolve("blocked"), new byte[1]);
    Safetensors content = new Safetensors(Map.of("a", HostTensor.of(Shape.of(1), 1f)));
    assertThatThrownBy(() -> content.write(blocked.resolve("x")))
        .isInstanceOf(OutputException.class)
        .hasMessageContaining("blocked/x");
    Path folder = Files.createDirectories(root.resolve("folder/full"));
    assertThatThrownBy(() -> content.write(folder.getParent())).isInstanceOf(OutputException.class);
    try (Stream<Path> files = Files.list(root)) {
      assertThat(files).containsExactlyInAnyOrder(blocked, folder.getParent());
    }
    assertThatThrownBy(
            () ->
                new Safetensors(Map.of("__metadata__", HostTensor.of(Shape.of(1), 1f)))
                    .write(root.resolve("y")))
        .hasMessageContaining("no tensor may be named");
  }
}
