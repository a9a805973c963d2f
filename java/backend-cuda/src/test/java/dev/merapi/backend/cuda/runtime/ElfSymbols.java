package dev.merapi.backend.cuda.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * The dynamic symbols of a shared object.
 *
 * @param defined what it offers
 * @param wanted what others have to offer
 */
record ElfSymbols(Set<String> defined, Set<String> wanted) {
  private static final int SECTION_DYNAMIC_SYMBOLS = 11;
  private static final int SYMBOL_BYTES = 24;

  /** Reads a file by its section headers, which NVIDIA's libraries and JCuda's natives have. */
  static ElfSymbols of(Path library) throws IOException {
    try (FileChannel channel = FileChannel.open(library)) {
      ByteBuffer file =
          channel
              .map(FileChannel.MapMode.READ_ONLY, 0, channel.size())
              .order(ByteOrder.LITTLE_ENDIAN);
      ElfSymbols symbols = new ElfSymbols(new TreeSet<>(), new TreeSet<>());
      for (int i = 0; i < file.getShort(60); i++) {
        int section = section(file, i);
        if (file.getInt(section + 4) == SECTION_DYNAMIC_SYMBOLS) {
          symbols.read(file, section);
        }
      }
      return symbols;
    }
  }

  private static int section(ByteBuffer file, int index) {
    return Math.toIntExact(file.getLong(40)) + index * file.getShort(58);
  }

  private void read(ByteBuffer file, int section) {
    int names = Math.toIntExact(file.getLong(section(file, file.getInt(section + 40)) + 24));
    int start = Math.toIntExact(file.getLong(section + 24));
    int end = start + Math.toIntExact(file.getLong(section + 32));
    for (int symbol = start; symbol < end; symbol += SYMBOL_BYTES) {
      boolean isDefined = file.getShort(symbol + 6) != 0;
      (isDefined ? defined : wanted).add(text(file, names + file.getInt(symbol)));
    }
  }

  private static String text(ByteBuffer file, int at) {
    int end = at;
    while (file.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - at];
    file.get(at, bytes);
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
