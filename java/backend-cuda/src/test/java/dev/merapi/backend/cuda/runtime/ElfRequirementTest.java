package dev.merapi.backend.cuda.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On JCuda's own natives. */
class ElfRequirementTest {
  private static byte[] natives(String part) throws IOException {
    try (InputStream in =
        ElfRequirementTest.class.getResourceAsStream(
            "/lib/lib" + part + "-12.6.0-linux-x86_64.so")) {
      return in.readAllBytes();
    }
  }

  private static int count(byte[] bytes, String text) {
    String all = new String(bytes, StandardCharsets.ISO_8859_1);
    return all.split(text.replace(".", "\\."), -1).length - 1;
  }

  @ParameterizedTest
  @CsvSource({"JNvrtc, libnvrtc.so.1", "JCublas2, libcublas.so.1"})
  void asksForTheNewerLibrary(String part, String library) throws IOException {
    byte[] bytes = natives(part);
    byte[] before = bytes.clone();
    int mentions = count(bytes, library + 2);
    assertThat(ElfRequirement.replace(bytes, library + 2, library + 3)).isTrue();
    // One string for the loader; the others are of symbols that only debuggers read.
    assertThat(count(bytes, library + 2)).isEqualTo(mentions - 1);
    assertThat(count(bytes, library + 3)).isEqualTo(1);
    assertThat(ElfRequirement.replace(bytes, library + 2, library + 3)).isFalse();
    // And back: nothing else was changed, the versions' hashes included.
    assertThat(ElfRequirement.replace(bytes, library + 3, library + 2)).isTrue();
    assertThat(bytes).isEqualTo(before);
  }

  @Test
  void whatIsNotAskedForChangesNothing() throws IOException {
    byte[] bytes = natives("JCudnn");
    byte[] before = bytes.clone();
    assertThat(ElfRequirement.replace(bytes, "libcublas.so.12", "libcublas.so.13")).isFalse();
    assertThat(bytes).isEqualTo(before);
  }

  @Test
  void refusesOtherFilesAndNames() {
    byte[] text = "#!/bin/sh\n".repeat(20).getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> ElfRequirement.replace(text, "a", "b"))
        .hasMessage("expected a little-endian ELF-64 file");
    assertThatThrownBy(() -> ElfRequirement.replace(text, "libc.so.6", "libc.so"))
        .hasMessage("expected names of one length, found libc.so.6 and libc.so");
  }
}
