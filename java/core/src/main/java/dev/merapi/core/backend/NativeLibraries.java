package dev.merapi.core.backend;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Native libraries that lie unpacked on the machine, as in a container whose file system cannot be
 * written: in the folders of {@code java.library.path}, where JCuda and JavaCPP find theirs too.
 */
public final class NativeLibraries {
  private NativeLibraries() {}

  /** The file of that name, such as {@code libmerapi_cpu.so}; empty where a jar has it alone. */
  public static Optional<Path> unpacked(String file) {
    return Stream.of(System.getProperty("java.library.path", "").split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, file).toAbsolutePath())
        .filter(Files::isRegularFile)
        .findFirst();
  }
}
