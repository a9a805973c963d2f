package dev.merapi.train.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The files in a folder that has a folder for each class.
 *
 * @param classes the folders' names in alphabetical order
 * @param files class by class, each in alphabetical order
 * @param labels the place of each file's class among the classes
 */
public record ClassFolders(Path root, List<String> classes, List<Path> files, int[] labels) {
  /**
   * Lists the files, in subfolders too; hidden folders are left out.
   *
   * @param pattern a regular expression for the names of files that count
   * @throws DataException when there are no classes, or a class has no such file
   */
  public static ClassFolders list(Path root, String pattern) {
    List<String> classes =
        children(root)
            .filter(Files::isDirectory)
            .map(folder -> folder.getFileName().toString())
            .toList();
    if (classes.isEmpty()) {
      throw new DataException(root + ": expected a folder for each class, found none");
    }
    List<Path> files = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int label = 0; label < classes.size(); label++) {
      Path folder = root.resolve(classes.get(label));
      List<Path> found = files(folder, pattern);
      if (found.isEmpty()) {
        throw new DataException(folder + ": expected files that match " + pattern + ", found none");
      }
      for (Path file : found) {
        files.add(file);
        labels.add(label);
      }
    }
    return new ClassFolders(
        root, classes, List.copyOf(files), labels.stream().mapToInt(i -> i).toArray());
  }

  /** A file for each class, named as the class, with or without {@code .txt} and {@code .gz}. */
  static ClassFolders filePerClass(Path root) {
    List<Path> files = children(root).filter(Files::isRegularFile).toList();
    if (files.isEmpty()) {
      throw new DataException(root + ": expected a folder or a file for each class, found none");
    }
    List<String> classes =
        files.stream()
            .map(file -> file.getFileName().toString().replaceFirst("(\\.txt)?(\\.gz)?$", ""))
            .toList();
    return new ClassFolders(root, classes, files, IntStream.range(0, files.size()).toArray());
  }

  static boolean hasFolders(Path root) {
    return children(root).anyMatch(Files::isDirectory);
  }

  /** In alphabetical order, without hidden ones. */
  private static Stream<Path> children(Path folder) {
    try (Stream<Path> listed = Files.list(folder)) {
      return listed
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .sorted()
          .toList()
          .stream();
    } catch (IOException | UncheckedIOException e) {
      throw new DataException(folder + ": cannot be listed (" + e.getMessage() + ")", e);
    }
  }

  private static List<Path> files(Path folder, String pattern) {
    try (Stream<Path> walked = Files.walk(folder)) {
      return walked
          .filter(Files::isRegularFile)
          .filter(file -> file.getFileName().toString().matches(pattern))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw new DataException(folder + ": cannot be listed (" + e.getMessage() + ")", e);
    }
  }

  /**
   * The same files with labels of other data, such as those that were trained on.
   *
   * @throws DataException when a folder is none of those classes
   */
  public ClassFolders withClasses(List<String> known) {
    for (String name : classes) {
      if (!known.contains(name)) {
        throw new DataException(
            root.resolve(name) + ": expected one of the classes " + known + ", found another");
      }
    }
    int[] renumbered = new int[labels.length];
    for (int i = 0; i < labels.length; i++) {
      renumbered[i] = known.indexOf(classes.get(labels[i]));
    }
    return new ClassFolders(root, known, files, renumbered);
  }
}
