package dev.merapi.backend.cuda.runtime;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Changes which library a shared object asks for, such as {@code libcublas.so.13} in place of
 * {@code libcublas.so.12}, where the newer one has all functions under the same names: the string
 * in the dynamic string table, by which the library is found, and the hash of its version node, by
 * which its symbols are (System V ABI, ELF-64; symbol versions as in the Linux Standard Base).
 */
final class ElfRequirement {
  private static final int SEGMENT_LOAD = 1;
  private static final int SEGMENT_DYNAMIC = 2;
  private static final long TAG_NEEDED = 1;
  private static final long TAG_STRINGS = 5;
  private static final long TAG_VERSIONS = 0x6ffffffeL;
  private static final long TAG_VERSION_COUNT = 0x6fffffffL;

  private final ByteBuffer file;
  private long strings;
  private long versions;
  private long versionCount;
  private final Set<Long> needed = new LinkedHashSet<>();

  private ElfRequirement(byte[] bytes) {
    file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 64 || file.getInt(0) != 0x464c457f || file.get(4) != 2 || file.get(5) != 1) {
      throw new IllegalArgumentException("expected a little-endian ELF-64 file");
    }
    readDynamicSection();
  }

  /**
   * Exchanges a name for another one of the same length, in place.
   *
   * @return whether the file asks for it
   */
  static boolean replace(byte[] bytes, String from, String to) {
    if (from.length() != to.length()) {
      throw new IllegalArgumentException(
          "expected names of one length, found %s and %s".formatted(from, to));
    }
    return new ElfRequirement(bytes).replace(from, to);
  }

  private boolean replace(String from, String to) {
    Set<Integer> places = new LinkedHashSet<>();
    for (long offset : needed) {
      addIfNamed(places, offset, from);
    }
    int need = (int) versions;
    for (long i = 0; i < versionCount; i++) {
      addIfNamed(places, file.getInt(need + 4), from);
      int node = need + file.getInt(need + 8);
      for (int k = file.getShort(need + 2); k > 0; k--) {
        if (addIfNamed(places, file.getInt(node + 8), from)) {
          file.putInt(node, hash(to));
        }
        node += file.getInt(node + 12);
      }
      need += file.getInt(need + 12);
    }
    places.forEach(place -> file.put(place, to.getBytes(StandardCharsets.US_ASCII)));
    return !places.isEmpty();
  }

  private boolean addIfNamed(Set<Integer> places, long offset, String name) {
    int at = (int) (strings + offset);
    boolean named = string(at).equals(name);
    if (named) {
      places.add(at);
    }
    return named;
  }

  private String string(int at) {
    int end = at;
    while (file.get(end) != 0) {
      end++;
    }
    return new String(file.array(), at, end - at, StandardCharsets.US_ASCII);
  }

  private void readDynamicSection() {
    int entry = (int) fileOffset(SEGMENT_DYNAMIC, -1);
    for (; file.getLong(entry) != 0; entry += 16) {
      long tag = file.getLong(entry);
      long value = file.getLong(entry + 8);
      if (tag == TAG_NEEDED) {
        needed.add(value);
      } else if (tag == TAG_STRINGS) {
        strings = fileOffset(SEGMENT_LOAD, value);
      } else if (tag == TAG_VERSIONS) {
        versions = fileOffset(SEGMENT_LOAD, value);
      } else if (tag == TAG_VERSION_COUNT) {
        versionCount = value;
      }
    }
  }

  /** Where in the file an address lies, by the segments; with no address, where a kind begins. */
  private long fileOffset(int kind, long address) {
    long headers = file.getLong(32);
    int size = file.getShort(54);
    for (int i = 0; i < file.getShort(56); i++) {
      int header = (int) headers + i * size;
      long offset = file.getLong(header + 8);
      long start = file.getLong(header + 16);
      long length = file.getLong(header + 32);
      if (file.getInt(header) != kind) {
        continue;
      }
      if (address < 0) {
        return offset;
      } else if (address >= start && address < start + length) {
        return address - start + offset;
      }
    }
    throw new IllegalArgumentException("the file has no segment of kind " + kind);
  }

  /** The System V ABI's hash of symbol names. */
  private static int hash(String name) {
    int hash = 0;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash << 4) + name.charAt(i);
      int high = hash & 0xf0000000;
      hash = (hash ^ high >>> 24) & ~high;
    }
    return hash;
  }
}
