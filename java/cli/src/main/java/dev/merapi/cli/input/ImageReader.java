package dev.merapi.cli.input;

import dev.merapi.cli.job.UsageException;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.image.Fit;
import dev.merapi.train.data.image.ImageFile;
import java.nio.file.Path;
import java.util.List;

/**
 * Image files, brought to the size that the model wants as its training images were; see {@link
 * ImageFile}.
 */
record ImageReader(TensorType type, Fit fit) implements SampleReader {
  ImageReader {
    int channels = type.shape().dim(0);
    if (channels != 1 && channels != 3) {
      throw new UsageException(
          "expected a model of images with 1 or 3 channels, found one of %s", type);
    }
  }

  @Override
  public List<Sample> read(String argument, Path directory) {
    return List.of(
        new Sample(argument, new ImageFile(directory.resolve(argument)).read(type, fit)));
  }
}
