package dev.merapi.train.data.augment;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.DatasetView;
import dev.merapi.train.data.RandomStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A data set whose images are changed at random whenever a training reads them.
 *
 * <p>What is drawn for a sample depends on the seed, the epoch and the sample's number alone: the
 * bits are the same on every machine, with any number of threads, and after a resume. Of samples
 * with several inputs all images are changed, each in its own way. {@link #copy} gives the samples
 * as they are; {@link #reader} changes them.
 */
public final class AugmentedDataset implements DatasetView {
  private final Dataset dataset;
  private final List<Augmentation> named;
  private final List<Augmentation> fitted;
  private final long seed;

  /**
   * Some data with augmentations, which are fitted to them.
   *
   * @param augmentations made in this order
   * @throws DataException when inputs are not images of bytes, U8 [C, H, W]
   */
  public AugmentedDataset(Dataset dataset, List<? extends Augmentation> augmentations, long seed) {
    if (!isImage(dataset.inputType())) {
      throw new DataException(
          dataset.description()
              + ": expected images U8 [C, H, W] to augment, found "
              + dataset.inputType());
    }
    this.dataset = dataset;
    this.named = List.copyOf(augmentations);
    this.fitted = named.stream().map(augmentation -> augmentation.fit(dataset)).toList();
    this.seed = seed;
  }

  private static boolean isImage(TensorType type) {
    return type.dtype() == DType.U8 && type.shape().rank() == 3;
  }

  @Override
  public Dataset dataset() {
    return dataset;
  }

  @Override
  public boolean computed() {
    return true;
  }

  @Override
  public Reader reader() {
    Reader reader = dataset.reader();
    RandomStream random = new RandomStream(seed, "augment", 0);
    Image[] images = images();
    int[] starts = new int[images.length];
    return (sample, epoch, inputs, targets) -> {
      for (int i = 0; i < starts.length; i++) {
        starts[i] = inputs.get(i).position();
      }
      reader.copy(sample, epoch, inputs, targets);
      random.begin(epoch, sample);
      for (int i = 0; i < images.length; i++) {
        if (images[i] != null) {
          augment(images[i], inputs.get(i), starts[i], random);
        }
      }
    };
  }

  /** An image for each input that is one, else null. */
  private Image[] images() {
    return dataset.inputTypes().stream()
        .map(type -> isImage(type) ? new Image(type.shape()) : null)
        .toArray(Image[]::new);
  }

  private void augment(Image image, ByteBuffer input, int start, RandomStream random) {
    image.read(input, start);
    for (int i = 0; i < fitted.size(); i++) {
      fitted.get(i).apply(image, random);
    }
    image.write(input, start);
  }

  @Override
  public String description() {
    return dataset.description() + ", augmented by " + named;
  }
}
