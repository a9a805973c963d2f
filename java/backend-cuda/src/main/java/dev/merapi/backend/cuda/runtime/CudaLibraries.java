package dev.merapi.backend.cuda.runtime;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where CUDA's libraries lie, beyond the folders that the system's loader knows: {@code
 * -Dmerapi.cuda.path}, {@code CUDA_PATH} and {@code CUDA_HOME}, {@code /usr/local/cuda*}, and
 * NVIDIA's Python packages.
 */
final class CudaLibraries {
  /** Folders, separated as in a class path, that are looked into before all others. */
  private static final String PATH = "merapi.cuda.path";

  private final List<Path> folders;

  private CudaLibraries(List<Path> folders) {
    this.folders = folders;
  }

  /** Looks at this machine. */
  static CudaLibraries find() {
    return find(System.getProperty(PATH), System.getenv(), Path.of("/"));
  }

  static CudaLibraries find(String path, Map<String, String> environment, Path root) {
    List<Path> folders = new ArrayList<>();
    if (path != null) {
      Stream.of(path.split(File.pathSeparator)).map(Path::of).forEach(folders::add);
    }
    for (String variable : List.of("CUDA_PATH", "CUDA_HOME")) {
      if (environment.get(variable) != null) {
        folders.add(Path.of(environment.get(variable), "lib64"));
      }
    }
    for (Path cuda : matching(root.resolve("usr/local"), "cuda*")) {
      folders.add(cuda.resolve("lib64"));
    }
    List<Path> pythons = new ArrayList<>();
    for (String variable : List.of("VIRTUAL_ENV", "CONDA_PREFIX", "HOME")) {
      if (environment.get(variable) != null) {
        Path home = Path.of(environment.get(variable));
        pythons.add((variable.equals("HOME") ? home.resolve(".local") : home).resolve("lib"));
      }
    }
    pythons.add(root.resolve("usr/local/lib"));
    pythons.add(root.resolve("usr/lib"));
    for (Path libraries : pythons) {
      for (Path python : matching(libraries, "python3*")) {
        for (String packages : List.of("site-packages", "dist-packages")) {
          matching(python.resolve(packages).resolve("nvidia"), "*")
              .forEach(part -> folders.add(part.resolve("lib")));
        }
      }
    }
    return new CudaLibraries(folders);
  }

  private static List<Path> matching(Path folder, String pattern) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, pattern)) {
      List<Path> paths = new ArrayList<>();
      found.forEach(paths::add);
      paths.sort(null);
      return paths;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first file of this name; empty where only the loader may know one. */
  Optional<Path> file(String name) {
    return folders.stream().map(folder -> folder.resolve(name)).filter(Files::exists).findFirst();
  }

  /** The first file whose name matches a pattern such as {@code libnvrtc-builtins.so.13.*}. */
  Optional<Path> matchingFile(String pattern) {
    return folders.stream().flatMap(folder -> matching(folder, pattern).stream()).findFirst();
  }
}
