package dev.merapi.train.data;

import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Texts and their classes.
 *
 * @param name for the log
 * @param labels the place of each text's class among the classes
 */
record ClassTexts(String name, List<String> texts, int[] labels, List<String> classes) {
  private static final String TEXT_FILE = "[^.].*\\.txt(\\.gz)?";

  /**
   * Reads a folder: with a folder of text files for each class, or with a file for each class that
   * has a text in each line.
   *
   * @param known the classes that there are; null for those of this folder
   */
  static ClassTexts read(Path root, Charset charset, List<String> known) {
    if (!ClassFolders.hasFolders(root)) {
      return ofLines(name(root), labelled(ClassFolders.filePerClass(root), known), charset);
    }
    ClassFolders found = labelled(ClassFolders.list(root, TEXT_FILE), known);
    List<String> texts =
        found.files().stream().map(file -> new DataFile(file).text(charset)).toList();
    return new ClassTexts(name(root), texts, found.labels(), found.classes());
  }

  /** The lines of some files; empty ones do not count. */
  static ClassTexts ofLines(String name, ClassFolders found, Charset charset) {
    List<String> texts = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < found.files().size(); i++) {
      int label = found.labels()[i];
      new DataFile(found.files().get(i))
          .text(charset)
          .lines()
          .filter(line -> !line.isBlank())
          .forEach(
              line -> {
                texts.add(line);
                labels.add(label);
              });
    }
    if (texts.isEmpty()) {
      throw new DataException(found.root() + ": expected a text in a line, found none");
    }
    int[] numbers = labels.stream().mapToInt(i -> i).toArray();
    return new ClassTexts(name, texts, numbers, found.classes());
  }

  /** Some of the texts, by their places, with all classes. */
  ClassTexts part(int[] places) {
    List<String> some = Arrays.stream(places).mapToObj(texts::get).toList();
    int[] theirs = Arrays.stream(places).map(place -> labels[place]).toArray();
    return new ClassTexts(name, some, theirs, classes);
  }

  private static ClassFolders labelled(ClassFolders found, List<String> known) {
    return known == null ? found : found.withClasses(known);
  }

  private static String name(Path root) {
    return root.getFileName().toString();
  }
}
