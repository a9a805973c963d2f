package dev.merapi.cli.input;

import dev.merapi.cli.job.UsageException;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.TextDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Texts for a character model: a file, or else the argument itself. A model that has learned from
 * pieces of some length reads the last piece of a longer text.
 */
record TextReader(TextDataset data) implements SampleReader {
  private static final int SHOWN = 20;

  @Override
  public List<Sample> read(String argument, Path directory) {
    Argument given = Argument.of(argument, directory);
    String text = given.text();
    int length = Math.min(text.length(), data.inputType().shape().dim(0));
    String piece = text.substring(text.length() - length);
    HostTensor tensor = HostTensor.zeros(new TensorType(DType.I32, Shape.of(length)));
    for (int i = 0; i < length; i++) {
      int number = data.vocabulary().indexOf(piece.charAt(i));
      if (number < 0) {
        throw new UsageException(
            "INPUT: '%s' is no character of %s", piece.charAt(i), data.description());
      }
      tensor.set(i, number);
    }
    return List.of(new Sample(given.name(), tensor));
  }

  /**
   * A text that was given, or is in a file that was.
   *
   * @param name the file, or how the text begins
   */
  record Argument(String name, String text) {
    static Argument of(String argument, Path directory) {
      Path file = file(argument, directory);
      String text = file == null ? argument : content(file);
      if (text.isEmpty()) {
        throw new UsageException("INPUT: expected a text of at least one character, found none");
      }
      String shown = text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "...";
      return new Argument(file == null ? shown : argument, text);
    }
  }

  /** Null when there is no such file. */
  private static Path file(String argument, Path directory) {
    boolean possible = argument.indexOf('\0') < 0 && argument.indexOf('\n') < 0;
    Path path = possible ? directory.resolve(argument) : null;
    return path != null && Files.isRegularFile(path) ? path : null;
  }

  private static String content(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read as UTF-8 text (" + e + ")", e);
    }
  }
}
