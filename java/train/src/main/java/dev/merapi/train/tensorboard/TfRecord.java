package dev.merapi.train.tensorboard;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A record in a file of TensorFlow: the length in 8 bytes, its sum in 4, the bytes, and their sum
 * in 4, all numbers little-endian. A sum is a CRC-32C, rotated right by 15 bits, plus 0xa282ead8.
 */
final class TfRecord {
  private static final int HEADER = Long.BYTES + Integer.BYTES;
  private static final int LENGTH_SUM = Long.BYTES;

  private TfRecord() {}

  /** The size of the record with these bytes. */
  static long bytes(byte[] data) {
    return HEADER + (long) data.length + Integer.BYTES;
  }

  /** The record with these bytes. */
  static byte[] of(byte[] data) {
    ByteBuffer record = buffer(HEADER + data.length + Integer.BYTES);
    record.putLong(data.length).putInt(sum(record.array(), 0, Long.BYTES));
    record.put(data).putInt(sum(data, 0, data.length));
    return record.array();
  }

  /**
   * The next record's bytes; null at the end, before a record that was cut off, and before one that
   * is damaged, behind which nothing can be found.
   */
  static byte[] read(DataInputStream in) throws IOException {
    try {
      ByteBuffer header = buffer(HEADER);
      in.readFully(header.array());
      long length = header.getLong(0);
      if (header.getInt(LENGTH_SUM) != sum(header.array(), 0, Long.BYTES)
          || length < 0
          || length > Integer.MAX_VALUE - HEADER) {
        return null;
      }
      byte[] data = in.readNBytes((int) length);
      ByteBuffer sum = buffer(Integer.BYTES);
      in.readFully(sum.array());
      return sum.getInt(0) == sum(data, 0, data.length) ? data : null;
    } catch (EOFException e) {
      return null;
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int sum(byte[] data, int start, int length) {
    CRC32C crc = new CRC32C();
    crc.update(data, start, length);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }
}
