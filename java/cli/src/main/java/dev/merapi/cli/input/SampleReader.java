package dev.merapi.cli.input;

import dev.merapi.cli.job.UsageException;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.Csv;
import dev.merapi.train.data.CsvFeatures;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.DatasetSource;
import dev.merapi.train.data.TaggedDataset;
import dev.merapi.train.data.TextDataset;
import dev.merapi.train.data.WordDataset;
import dev.merapi.train.data.image.Fit;
import dev.merapi.train.data.image.ImageFolder;
import java.nio.file.Path;
import java.util.List;

/** Reads samples of one kind. */
public interface SampleReader {
  /**
   * The samples of an argument.
   *
   * @param directory what a relative file is relative to
   * @throws UsageException when the argument is wrong
   * @throws dev.merapi.train.data.DataException when a file is missing or damaged
   */
  List<Sample> read(String argument, Path directory);

  /**
   * The reader for a model's data.
   *
   * @param source where the training data come from
   * @param data the training data
   * @param where where their files are looked for
   * @throws UsageException when nothing can be made into such data
   */
  static SampleReader of(DatasetSource source, Dataset data, DataDirectories where) {
    TensorType type = data.inputType();
    if (data instanceof TextDataset text) {
      return new TextReader(text);
    }
    if (data instanceof WordDataset words) {
      return new WordReader(words);
    }
    if (data instanceof TaggedDataset sentences) {
      return new SentenceReader(sentences);
    }
    if (type.shape().rank() == 3 && type.dtype() != DType.I32) {
      return new ImageReader(
          type, source instanceof ImageFolder images ? images.fit() : Fit.STRETCH);
    }
    if (type.shape().rank() == 1 && type.dtype() == DType.F32) {
      return new RowReader(
          source instanceof Csv csv
              ? csv.features(where)
              : CsvFeatures.numbers(type.shape().elements()),
          type);
    }
    throw new UsageException(
        "expected a model of images [C, H, W], of rows F32[features] or of text, found one of %s",
        type);
  }
}
