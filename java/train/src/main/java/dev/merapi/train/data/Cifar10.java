package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * CIFAR-10: colour images of ten kinds of things; inputs U8 [3, 32, 32], labels 0 to 9.
 *
 * <p>Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009; the binary
 * version: records of a label byte and 3,072 bytes of red, green and blue planes. Files in the
 * folder {@code cifar10}: {@code data_batch_*.bin}, of which at least one must be there, and {@code
 * test_batch.bin}; plain or with {@code .gz}.
 */
public record Cifar10() implements DatasetSource {
  private static final int PIXELS = 3 * 32 * 32;
  private static final int RECORD = 1 + PIXELS;
  private static final List<String> CLASS_NAMES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  @Override
  public String name() {
    return "cifar10";
  }

  @Override
  public List<Download> downloads() {
    Stream<String> train = IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i + ".bin");
    return List.of(
        Download.archive(
            "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
            Stream.concat(train, Stream.of("test_batch.bin")).toList()));
  }

  @Override
  public Dataset open(String split, DataDirectories where) {
    requireSplit(split);
    if (split.equals("test")) {
      return read("cifar10 test", List.of(where.require(name(), "test_batch.bin")));
    }
    List<Path> files = trainFiles(where);
    String of = files.size() == 1 ? "1 batch file" : files.size() + " batch files";
    return read("cifar10 train (" + of + ")", files);
  }

  /** The training files of the first place that has any; the plain one where there are both. */
  private List<Path> trainFiles(DataDirectories where) {
    for (Path place : where.places()) {
      Path folder = place.resolve(name());
      if (!Files.isDirectory(folder)) {
        continue;
      }
      try (Stream<Path> listed = Files.list(folder)) {
        TreeMap<String, Path> files = new TreeMap<>();
        listed
            .filter(f -> f.getFileName().toString().matches("data_batch_.*\\.bin(\\.gz)?"))
            .sorted()
            .forEach(f -> files.putIfAbsent(f.getFileName().toString().replace(".gz", ""), f));
        if (!files.isEmpty()) {
          return List.copyOf(files.values());
        }
      } catch (IOException | UncheckedIOException e) {
        throw new DataException(folder + ": cannot be listed (" + e.getMessage() + ")", e);
      }
    }
    throw where.missing(name(), "data_batch_*.bin[.gz]");
  }

  private static Dataset read(String title, List<Path> files) {
    List<byte[]> contents = new ArrayList<>();
    int count = 0;
    for (Path file : files) {
      byte[] bytes = new DataFile(file).read(in -> in.readAllBytes());
      if (bytes.length == 0 || bytes.length % RECORD != 0) {
        throw new DataException(
            file + ": expected a multiple of " + RECORD + " bytes, found " + bytes.length);
      }
      contents.add(bytes);
      count += bytes.length / RECORD;
    }
    HostTensor images = HostTensor.zeros(new TensorType(DType.U8, Shape.of(count, 3, 32, 32)));
    HostTensor labels = HostTensor.zeros(new TensorType(DType.I32, Shape.of(count)));
    ByteBuffer pixels = images.bytes();
    int sample = 0;
    for (int i = 0; i < files.size(); i++) {
      byte[] bytes = contents.get(i);
      for (int start = 0; start < bytes.length; start += RECORD) {
        int label = bytes[start] & 0xFF;
        if (label >= CLASS_NAMES.size()) {
          throw new DataException(
              files.get(i)
                  + ": label "
                  + label
                  + " of record "
                  + start / RECORD
                  + " is out of range, expected 0 to 9");
        }
        labels.set(sample++, label);
        pixels.put(bytes, start + 1, PIXELS);
      }
    }
    return new TensorDataset(title, images, labels, CLASS_NAMES);
  }
}
