package dev.merapi.cli.input;

import dev.merapi.cli.job.UsageException;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.Csv;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.DatasetSource;
import dev.merapi.train.data.TextDataset;
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
   * @throws UsageException when nothing can be made into such data
   */
  static SampleReader of(DatasetSource source, Dataset data) {
    TensorType type = data.inputType();
    if (data instanceof TextDataset text) {
      return new TextReader(text);
    }
    if (type.shape().rank() == 3 && type.dtype() != DType.I32) {
      return new ImageReader(type);
    }
    if (type.shape().rank() == 1 && type.dtype() == DType.F32) {
      return new RowReader(source instanceof Csv csv ? csv : new Csv("").header(false), type);
    }
    throw new UsageException(
        "expected a model of images [C, H, W], of rows F32[features] or of text, found one of %s",
        type);
  }
}
