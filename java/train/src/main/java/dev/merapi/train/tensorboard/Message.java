package dev.merapi.train.tensorboard;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** A protocol buffer message, written field by field by the fields' numbers. */
final class Message {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

  private interface Write {
    void run() throws IOException;
  }

  private Message write(Write write) {
    try {
      write.run();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException("memory that cannot be written", e);
    }
  }

  Message number(int field, long value) {
    return write(() -> out.writeInt64(field, value));
  }

  Message number(int field, double value) {
    return write(() -> out.writeDouble(field, value));
  }

  /** A field of the type float. */
  Message single(int field, double value) {
    return write(() -> out.writeFloat(field, (float) value));
  }

  Message text(int field, String value) {
    return write(() -> out.writeString(field, value));
  }

  Message bytes(int field, byte[] value) {
    return write(() -> out.writeByteArray(field, value));
  }

  Message message(int field, Message value) {
    return bytes(field, value.toByteArray());
  }

  /** A packed repeated field of the type double. */
  Message numbers(int field, List<Double> values) {
    Message packed = new Message();
    packed.write(
        () -> {
          for (double value : values) {
            packed.out.writeDoubleNoTag(value);
          }
        });
    return message(field, packed);
  }

  byte[] toByteArray() {
    write(out::flush);
    return bytes.toByteArray();
  }
}
