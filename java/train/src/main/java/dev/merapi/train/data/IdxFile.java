package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Reads IDX files of unsigned bytes.
 *
 * <p>The format, all big-endian: two zero bytes, the element type (0x08: unsigned byte), the number
 * of dimensions, each dimension as four bytes, the elements in row-major order. Source: LeCun,
 * Cortes and Burges, "The MNIST database of handwritten digits".
 */
public final class IdxFile {
  private static final int UNSIGNED_BYTE = 0x08;

  private IdxFile() {}

  /**
   * The elements as a U8 tensor.
   *
   * @param file plain, or gzip when its name ends in {@code .gz}
   * @param rank the number of dimensions that is expected
   * @throws DataException when the file is damaged, too short, too long or of another kind
   */
  public static HostTensor read(Path file, int rank) {
    DataFile data = new DataFile(file);
    return data.read(in -> read(data, in, rank));
  }

  private static HostTensor read(DataFile data, InputStream in, int rank) throws IOException {
    ByteBuffer header = header(data, in, 4);
    int magic = header.getInt();
    if (magic >>> 16 != 0) {
      throw data.error(
          "is no IDX file: expected magic 0x0000%02x%02x, found 0x%08x",
          UNSIGNED_BYTE, rank, magic);
    }
    int type = magic >>> 8;
    if (type != UNSIGNED_BYTE) {
      throw data.error("expected element type 0x08 (unsigned byte), found 0x%02x", type);
    }
    if ((magic & 0xFF) != rank) {
      throw data.error("expected %d dimensions, found %d", rank, magic & 0xFF);
    }
    int[] dims = new int[rank];
    header(data, in, 4 * rank).asIntBuffer().get(dims);
    for (int dim : dims) {
      if (dim < 0) {
        throw data.error(
            "expected dimensions below 2147483648, found %s", Integer.toUnsignedString(dim));
      }
    }
    Shape shape;
    try {
      shape = Shape.of(dims);
    } catch (IllegalArgumentException e) {
      throw new DataException(data.path() + ": " + e.getMessage(), e);
    }
    byte[] elements = in.readNBytes(shape.elements());
    long trailing = in.transferTo(OutputStream.nullOutputStream());
    if (elements.length < shape.elements() || trailing > 0) {
      throw data.error(
          "expected %d elements for dimensions %s, found %d",
          shape.elements(), shape, elements.length + trailing);
    }
    HostTensor tensor = HostTensor.zeros(new TensorType(DType.U8, shape));
    tensor.bytes().put(elements);
    return tensor;
  }

  private static ByteBuffer header(DataFile data, InputStream in, int bytes) throws IOException {
    byte[] header = in.readNBytes(bytes);
    if (header.length < bytes) {
      throw data.error(
          "is truncated: expected %d more header bytes, found %d", bytes, header.length);
    }
    return ByteBuffer.wrap(header);
  }
}
