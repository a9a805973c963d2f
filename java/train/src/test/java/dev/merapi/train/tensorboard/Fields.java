package dev.merapi.train.tensorboard;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A protocol buffer message, read by the definition of the wire format: a field is a varint {@code
 * number << 3 | type}, where type 0 is a varint, 1 are 8 bytes, 2 a length and bytes, 5 are 4
 * bytes.
 */
record Fields(Map<Integer, List<Object>> values) {
  static Fields of(byte[] message) {
    Map<Integer, List<Object>> values = new TreeMap<>();
    ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      int tag = (int) varint(in);
      Object value;
      switch (tag & 7) {
        case 0 -> value = varint(in);
        case 1 -> value = in.getDouble();
        case 2 -> {
          byte[] bytes = new byte[(int) varint(in)];
          in.get(bytes);
          value = bytes;
        }
        case 5 -> value = in.getFloat();
        default -> throw new AssertionError("wire type " + (tag & 7));
      }
      values.computeIfAbsent(tag >> 3, key -> new ArrayList<>()).add(value);
    }
    return new Fields(values);
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = in.get();
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  boolean has(int field) {
    return values.containsKey(field);
  }

  List<Object> all(int field) {
    return values.getOrDefault(field, List.of());
  }

  private Object one(int field) {
    List<Object> all = all(field);
    if (all.size() != 1) {
      throw new AssertionError("field " + field + " is there " + all.size() + " times");
    }
    return all.get(0);
  }

  long number(int field) {
    return has(field) ? (long) one(field) : 0;
  }

  double real(int field) {
    return ((Number) one(field)).doubleValue();
  }

  byte[] bytes(int field) {
    return (byte[]) one(field);
  }

  String text(int field) {
    return new String(bytes(field), StandardCharsets.UTF_8);
  }

  Fields message(int field) {
    return of(bytes(field));
  }

  List<Fields> messages(int field) {
    return all(field).stream().map(bytes -> of((byte[]) bytes)).toList();
  }

  /** A packed repeated double. */
  List<Double> reals(int field) {
    ByteBuffer packed = ByteBuffer.wrap(bytes(field)).order(ByteOrder.LITTLE_ENDIAN);
    List<Double> reals = new ArrayList<>();
    while (packed.hasRemaining()) {
      reals.add(packed.getDouble());
    }
    return reals;
  }
}
