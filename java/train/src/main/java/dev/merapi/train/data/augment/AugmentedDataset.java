package dev.merapi.train.data.augment;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.Buckets;
import dev.merapi.train.data.BucketsView;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.DatasetView;
import dev.merapi.train.data.RandomStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A data set whose inputs are changed at random whenever a training reads them: images, texts or
 * sounds.
 *
 * <p>What is drawn for a sample depends on the seed, the epoch and the sample's number alone: the
 * bits are the same on every machine, with any number of threads, and after a resume. Of samples
 * with several inputs all images and all sounds are changed, each in its own way, and of texts the
 * first one; where the second input is its length, I32 [], this changes with it. {@link #copy}
 * gives the samples as they are; {@link #reader} changes them.
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
   * @throws DataException when no input is of the kind that an augmentation changes
   */
  public AugmentedDataset(Dataset dataset, List<? extends Augmentation> augmentations, long seed) {
    this.dataset = dataset;
    this.named = List.copyOf(augmentations);
    List<Canvas> canvases = canvases(dataset.inputTypes());
    for (Augmentation augmentation : named) {
      if (canvases.stream().noneMatch(canvas -> canvas != null && canvas.takes(augmentation))) {
        throw new DataException(
            "%s: expected %s to augment by %s, found %s"
                .formatted(
                    dataset.description(), kind(augmentation), augmentation, dataset.inputTypes()));
      }
    }
    this.fitted = named.stream().map(augmentation -> augmentation.fit(dataset)).toList();
    this.seed = seed;
  }

  private static String kind(Augmentation augmentation) {
    return augmentation instanceof ImageAugmentation
        ? "images U8 [C, H, W]"
        : augmentation instanceof TokenAugmentation
            ? "texts I32 [T]"
            : "waveforms F32 [T] or [C, T]";
  }

  /** For each input where it is changed, or null. */
  private static List<Canvas> canvases(List<TensorType> inputs) {
    List<Canvas> canvases = new ArrayList<>();
    for (TensorType type : inputs) {
      canvases.add(Canvas.of(type, canvases.isEmpty()));
    }
    return canvases;
  }

  /** Whether the second input is the length of the text that is the first. */
  private boolean hasLength() {
    List<TensorType> types = dataset.inputTypes();
    return types.size() > 1 && types.get(1).equals(TensorType.scalar(DType.I32));
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
    return augmenting(dataset.reader(), dataset.inputTypes());
  }

  @Override
  public Buckets buckets() {
    return new AugmentedBuckets(dataset.buckets());
  }

  private final class AugmentedBuckets implements BucketsView {
    private final Buckets all;

    AugmentedBuckets(Buckets all) {
      this.all = all;
    }

    @Override
    public Buckets all() {
      return all;
    }

    @Override
    public Reader reader(int bucket) {
      return augmenting(all.reader(bucket), all.inputTypes(bucket));
    }
  }

  private Reader augmenting(Reader reader, List<TensorType> types) {
    RandomStream random = new RandomStream(seed, "augment", 0);
    Canvas[] canvases = canvases(types).toArray(Canvas[]::new);
    int[] starts = new int[canvases.length];
    boolean hasLength = hasLength();
    return (sample, epoch, inputs, targets) -> {
      for (int i = 0; i < starts.length; i++) {
        starts[i] = inputs.get(i).position();
      }
      reader.copy(sample, epoch, inputs, targets);
      random.begin(epoch, sample);
      for (int i = 0; i < canvases.length; i++) {
        if (canvases[i] != null) {
          augment(canvases[i], inputs.get(i), starts[i], random);
        }
      }
      if (hasLength && canvases[0] instanceof TokenSequence tokens) {
        inputs.get(1).putInt(starts[1], tokens.length());
      }
    };
  }

  private void augment(Canvas canvas, ByteBuffer input, int start, RandomStream random) {
    canvas.read(input, start);
    for (int i = 0; i < fitted.size(); i++) {
      if (canvas.takes(fitted.get(i))) {
        canvas.apply(fitted.get(i), random);
      }
    }
    canvas.write(input, start);
  }

  @Override
  public String description() {
    return dataset.description() + ", augmented by " + named;
  }
}
