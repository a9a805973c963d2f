package dev.merapi.train.io;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.DataException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Named tensors in a safetensors file, which every framework reads.
 *
 * <p>The format: the header's length as a little-endian 64-bit number; the header, a JSON object
 * with dtype, shape and data_offsets of each tensor, padded with spaces to a multiple of 8 bytes;
 * the tensors' little-endian bytes without gaps. The same tensors give the same bytes: no clock, no
 * order but the given one. Source: https://github.com/huggingface/safetensors.
 *
 * @param tensors by name, in the order of the file
 * @param metadata free texts by key
 */
public record Safetensors(Map<String, HostTensor> tensors, Map<String, String> metadata) {
  private static final int MAX_HEADER_BYTES = 100_000_000;

  public Safetensors {
    tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /** Tensors without metadata. */
  public Safetensors(Map<String, HostTensor> tensors) {
    this(tensors, Map.of());
  }

  /**
   * Writes the file; it is there whole or not at all.
   *
   * @throws OutputException when it cannot be written
   */
  public void write(Path file) {
    Map<String, TensorType> types = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> types.put(name, tensor.type()));
    write(file, types, tensors::get, metadata);
  }

  /**
   * Writes a file of tensors that are made one by one; it is there whole or not at all.
   *
   * @param types by name, in the order of the file
   * @param tensor gives the tensor of a name, once each
   * @throws OutputException when it cannot be written
   */
  public static void write(
      Path file,
      Map<String, TensorType> types,
      Function<String, HostTensor> tensor,
      Map<String, String> metadata) {
    SafetensorsHeader described = SafetensorsHeader.of(types, metadata);
    byte[] header = described.toJson().getBytes(StandardCharsets.UTF_8);
    int padded = (header.length + 7) / 8 * 8;
    ByteBuffer start = ByteBuffer.allocate(8 + padded).order(ByteOrder.LITTLE_ENDIAN);
    start.putLong(padded).put(header);
    while (start.hasRemaining()) {
      start.put((byte) ' ');
    }
    try {
      AtomicFile.write(
          file,
          channel -> {
            writeFully(channel, start.flip());
            for (String name : types.keySet()) {
              writeFully(channel, littleEndian(tensor.apply(name)));
            }
          });
    } catch (IOException e) {
      throw new OutputException(file, "cannot be written", e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws DataException when it cannot be read or anything in it is not as the format says
   */
  public static Safetensors read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      long size = channel.size();
      if (size < 8) {
        throw new DataException(file + ": expected at least 8 bytes, found " + size);
      }
      long headerBytes = readFully(channel, 0, 8).getLong();
      if (headerBytes < 2 || headerBytes > Math.min(size - 8, MAX_HEADER_BYTES)) {
        throw new DataException(
            file
                + ": expected a header length from 2 to "
                + Math.min(size - 8, MAX_HEADER_BYTES)
                + ", found "
                + Long.toUnsignedString(headerBytes));
      }
      byte[] json = readFully(channel, 8, (int) headerBytes).array();
      long data = 8 + headerBytes;
      SafetensorsHeader header = SafetensorsHeader.parse(file, json, size - data);
      Map<String, HostTensor> tensors = new LinkedHashMap<>();
      for (SafetensorsHeader.Entry entry : header.entries()) {
        if (entry.type().bytes() > Integer.MAX_VALUE) {
          throw new DataException(
              "%s: expected tensors below 2 GiB, found %s %s"
                  .formatted(file, entry.name(), entry.type()));
        }
        HostTensor tensor = HostTensor.zeros(entry.type());
        int bytes = (int) entry.type().bytes();
        copy(readFully(channel, data + entry.begin(), bytes), tensor.bytes(), tensor);
        tensors.put(entry.name(), tensor);
      }
      return new Safetensors(tensors, header.metadata());
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read (" + e + ")", e);
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static ByteBuffer readFully(FileChannel channel, long from, int count)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        throw new IOException("the file became shorter while it was read");
      }
    }
    return bytes.flip();
  }

  private static ByteBuffer littleEndian(HostTensor tensor) {
    ByteBuffer bytes =
        ByteBuffer.allocate((int) tensor.type().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    copy(tensor.bytes(), bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN), tensor);
    return bytes;
  }

  /** Copies elements between buffers of any byte order, bit for bit (so as integers). */
  private static void copy(ByteBuffer from, ByteBuffer to, HostTensor like) {
    switch (like.dtype()) {
      case F64 -> to.asLongBuffer().put(from.asLongBuffer());
      case F32, I32 -> to.asIntBuffer().put(from.asIntBuffer());
      case U8 -> to.put(from);
    }
  }
}
