package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.nio.file.Path;
import java.util.List;

/**
 * MNIST: 60,000 training and 10,000 test images of handwritten digits; inputs U8 [1, 28, 28],
 * labels 0 to 9.
 *
 * <p>Source: LeCun et al., "Gradient-based learning applied to document recognition", 1998. Files
 * in the folder {@code mnist}, in IDX format, plain or with {@code .gz}.
 */
public record Mnist() implements DatasetSource {
  private static final String PUBLISHED = "https://ossci-datasets.s3.amazonaws.com/mnist/";

  @Override
  public String name() {
    return "mnist";
  }

  @Override
  public List<Download> downloads() {
    return List.of(
        Download.file(
            PUBLISHED + "train-images-idx3-ubyte.gz",
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
        Download.file(
            PUBLISHED + "train-labels-idx1-ubyte.gz",
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
        Download.file(
            PUBLISHED + "t10k-images-idx3-ubyte.gz",
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
        Download.file(
            PUBLISHED + "t10k-labels-idx1-ubyte.gz",
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"));
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    requireSplit(split);
    String prefix = split.equals("train") ? "train" : "t10k";
    Path imageFile = where.require(name(), prefix + "-images-idx3-ubyte");
    Path labelFile = where.require(name(), prefix + "-labels-idx1-ubyte");
    HostTensor images = IdxFile.read(imageFile, 3);
    int count = images.shape().dim(0);
    if (!images.shape().equals(Shape.of(count, 28, 28))) {
      throw new DataException(
          imageFile + ": expected dimensions [N, 28, 28], found " + images.shape());
    }
    HostTensor labels = IdxFile.read(labelFile, 1).to(DType.I32);
    if (labels.elements() != count) {
      throw new DataException(
          labelFile
              + ": expected "
              + count
              + " labels, one for each image in "
              + imageFile.getFileName()
              + ", found "
              + labels.elements());
    }
    TensorDataset.requireLabels(labelFile.toString(), labels, 10);
    return new TensorDataset(
        "mnist " + split, images.reshape(Shape.of(count, 1, 28, 28)), labels, 10);
  }
}
