package dev.merapi.cli.input;

import dev.merapi.train.data.WordDataset;
import java.nio.file.Path;
import java.util.List;

/** Texts for a model of words: a file, or else the argument itself. */
record WordReader(WordDataset data) implements SampleReader {
  @Override
  public List<Sample> read(String argument, Path directory) {
    TextReader.Argument given = TextReader.Argument.of(argument, directory);
    return List.of(new Sample(given.name(), data.encode(given.text())));
  }
}
