package dev.merapi.train.data.image;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Default;
import dev.merapi.train.data.ClassFolders;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.DatasetSource;
import dev.merapi.train.data.TensorDataset;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Images in folders, one for each class: {@code DIR/cat/1.jpg}, {@code DIR/dog/2.png}; inputs U8
 * [C, H, W], labels by the folders' names in alphabetical order.
 *
 * <p>Files whose names end in png, jpg, jpeg, bmp or gif count, in subfolders too; others are left
 * alone. All are read when the data set is opened, so that a damaged one stops a training before it
 * begins, and lie in memory as bytes. A relative path is looked for in the working directory and
 * then in the data folders. Source: the layout of torchvision's {@code ImageFolder} and Keras's
 * {@code image_dataset_from_directory}.
 *
 * @param train the folder of the split {@code train}
 * @param test the folder of the split {@code test}, with no other classes; empty for none
 * @param size [C, H, W] to which every image is brought, with one or three channels
 * @param fit how: {@code crop} keeps proportions, {@code stretch} keeps all
 */
public record ImageFolder(
    String train,
    @Default("''") String test,
    @Default("[3, 224, 224]") Shape size,
    @Default("crop") Fit fit)
    implements DatasetSource {
  private static final String ENDINGS = "(?i).*\\.(png|jpe?g|bmp|gif)";
  private static final double MEGABYTE = 1 << 20;

  public ImageFolder {
    if (size.rank() != 3 || size.dim(0) != 1 && size.dim(0) != 3 || size.elements() == 0) {
      throw new IllegalArgumentException(
          "size must be [1, height, width] or [3, height, width], found " + size);
    }
  }

  /** Colour images of a size, without a test folder. */
  public ImageFolder(String train, int height, int width) {
    this(train, "", Shape.of(3, height, width), Fit.CROP);
  }

  @Override
  public String name() {
    return "image-folder";
  }

  @Override
  public List<String> splits() {
    return test.isEmpty() ? List.of("train") : List.of("train", "test");
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    requireSplit(split);
    ClassFolders trained = ClassFolders.list(where.locate(train), ENDINGS);
    ClassFolders folders =
        split.equals("train")
            ? trained
            : ClassFolders.list(where.locate(test), ENDINGS).withClasses(trained.classes());
    List<Path> files = folders.files();
    long bytes = (long) files.size() * size.elements();
    if (bytes > Integer.MAX_VALUE) {
      throw new DataException(
          "%s: expected less than 2048 MB, found %d images of %.3f MB each"
              .formatted(folders.root(), files.size(), size.elements() / MEGABYTE));
    }
    HostTensor images =
        HostTensor.zeros(new TensorType(DType.U8, Shape.of(files.size()).concat(size)));
    ByteBuffer pixels = images.bytes();
    IntStream.range(0, files.size())
        .parallel()
        .forEach(i -> pixels.put(i * size.elements(), read(files.get(i)), 0, size.elements()));
    return new TensorDataset(
        folders.root().getFileName().toString(),
        images,
        HostTensor.of(Shape.of(files.size()), folders.labels()),
        trained.classes());
  }

  private ByteBuffer read(Path file) {
    return new ImageFile(file).read(new TensorType(DType.U8, size), fit).bytes();
  }
}
