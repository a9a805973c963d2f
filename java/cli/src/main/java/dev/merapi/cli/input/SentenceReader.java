package dev.merapi.cli.input;

import dev.merapi.cli.job.UsageException;
import dev.merapi.train.data.TaggedDataset;
import java.nio.file.Path;
import java.util.List;

/** Sentences for a tagger, words with blanks between: the lines of a file, or the argument. */
record SentenceReader(TaggedDataset data) implements SampleReader {
  @Override
  public List<Sample> read(String argument, Path directory) {
    List<Sample> samples =
        TextReader.Argument.of(argument, directory)
            .text()
            .lines()
            .filter(line -> !line.isBlank())
            .map(this::sample)
            .toList();
    if (samples.isEmpty()) {
      throw new UsageException("INPUT: expected a sentence, found '%s'", argument);
    }
    return samples;
  }

  private Sample sample(String line) {
    List<String> words = List.of(line.strip().split("\\s+"));
    return new Sample(String.join(" ", words), data.encode(words));
  }
}
