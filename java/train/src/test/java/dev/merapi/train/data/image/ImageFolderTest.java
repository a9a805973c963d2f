package dev.merapi.train.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.DataException;
import dev.merapi.train.data.Dataset;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderTest {
  @TempDir private Path root;

  /** An image whose left half has one colour and whose right half another. */
  private void write(String file, int width, int height, int left, int right) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < height; y++) {
        image.setRGB(x, y, 2 * x < width ? left : right);
      }
    }
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    String format = file.substring(file.lastIndexOf('.') + 1);
    assertThat(ImageIO.write(image, format, path.toFile())).isTrue();
  }

  private Dataset open(ImageFolder folder, String split) {
    return folder.open(split, new DataDirectories(List.of(root)));
  }

  private static int[] levels(Dataset data, int sample) {
    HostTensor input = HostTensor.zeros(data.inputType());
    data.copy(sample, input.bytes(), HostTensor.zeros(data.targetType()).bytes());
    double[] numbers = input.toDoubleArray();
    int[] levels = new int[numbers.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = (int) numbers[i];
    }
    return levels;
  }

  private static int label(Dataset data, int sample) {
    HostTensor target = HostTensor.zeros(data.targetType());
    data.copy(sample, HostTensor.zeros(data.inputType()).bytes(), target.bytes());
    return (int) target.item();
  }

  @Test
  void foldersAreClasses() throws IOException {
    write("train/dog/b.png", 2, 2, 0x102030, 0x405060);
    write("train/dog/a.PNG", 2, 2, 0, 0xFFFFFF);
    write("train/cat/deep/er/1.png", 2, 2, 0xFF0000, 0x00FF00);
    Files.writeString(root.resolve("train/cat/notes.txt"), "no image");
    Files.createDirectories(root.resolve("train/.cache"));
    Dataset data = open(new ImageFolder("train", 2, 2), "train");
    assertThat(data.classNames()).containsExactly("cat", "dog");
    assertThat(data.inputType()).isEqualTo(new TensorType(DType.U8, Shape.of(3, 2, 2)));
    assertThat(data.description()).isEqualTo("train, 3 samples");
    assertThat(List.of(label(data, 0), label(data, 1), label(data, 2))).containsExactly(0, 1, 1);
    assertThat(levels(data, 0)).containsExactly(255, 0, 255, 0, 0, 255, 0, 255, 0, 0, 0, 0);
    assertThat(levels(data, 2)).containsExactly(16, 64, 16, 64, 32, 80, 32, 80, 48, 96, 48, 96);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "bmp", "gif", "jpg"})
  void formatsAreRead(String format) throws IOException {
    write("train/a/1." + format, 8, 8, 0xFFFFFF, 0xFFFFFF);
    assertThat(levels(open(new ImageFolder("train", 8, 8), "train"), 0)).containsOnly(255);
  }

  /** Twice as wide as high: cropped, the halves of the middle; stretched, all. */
  @Test
  void proportionsAreKeptOrNot() throws IOException {
    BufferedImage image = new BufferedImage(4, 2, BufferedImage.TYPE_BYTE_GRAY);
    for (int x = 0; x < 4; x++) {
      image.getRaster().setSample(x, 0, 0, 50 * x);
      image.getRaster().setSample(x, 1, 0, 50 * x);
    }
    Files.createDirectories(root.resolve("train/a"));
    ImageIO.write(image, "png", root.resolve("train/a/1.png").toFile());
    ImageFolder crop = new ImageFolder("train", "", Shape.of(1, 2, 2), Fit.CROP);
    assertThat(levels(open(crop, "train"), 0)).containsExactly(50, 100, 50, 100);
    ImageFolder stretch = new ImageFolder("train", "", Shape.of(1, 2, 2), Fit.STRETCH);
    int[] stretched = levels(open(stretch, "train"), 0);
    assertThat(stretched[0]).isLessThan(50);
    assertThat(stretched[1]).isGreaterThan(100);
  }

  @Test
  void theTestFolderHasTheLabelsOfTheTrainingFolder() throws IOException {
    write("train/cat/1.png", 2, 2, 0, 0);
    write("train/dog/1.png", 2, 2, 0, 0);
    write("test/dog/1.png", 2, 2, 0, 0);
    ImageFolder folder = new ImageFolder("train", "test", Shape.of(3, 2, 2), Fit.CROP);
    Dataset test = open(folder, "test");
    assertThat(test.classNames()).containsExactly("cat", "dog");
    assertThat(label(test, 0)).isEqualTo(1);
    write("test/cow/1.png", 2, 2, 0, 0);
    assertThatThrownBy(() -> open(folder, "test"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("cow: expected one of the classes [cat, dog]");
  }

  @Test
  void aDamagedImageIsNamed() throws IOException {
    write("train/cat/1.png", 64, 64, 0, 0xFFFFFF);
    write("train/cat/2.png", 64, 64, 0, 0xFFFFFF);
    Path damaged = root.resolve("train/cat/2.png");
    byte[] bytes = Files.readAllBytes(damaged);
    Files.write(damaged, Arrays.copyOf(bytes, bytes.length / 2));
    ImageFolder folder = new ImageFolder("train", 8, 8);
    assertThatThrownBy(() -> open(folder, "train"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("2.png: cannot be read as an image");
    Files.writeString(damaged, "not at all");
    assertThatThrownBy(() -> open(folder, "train"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("2.png: expected a PNG or JPEG image");
  }

  @Test
  void mistakesAreNamed() throws IOException {
    assertThatThrownBy(() -> open(new ImageFolder("nowhere", 8, 8), "train"))
        .hasMessageContaining("nowhere: found no such file");
    Files.createDirectories(root.resolve("flat"));
    assertThatThrownBy(() -> open(new ImageFolder("flat", 8, 8), "train"))
        .hasMessageContaining("flat: expected a folder for each class, found none");
    Files.createDirectories(root.resolve("flat/cat"));
    assertThatThrownBy(() -> open(new ImageFolder("flat", 8, 8), "train"))
        .hasMessageContaining("cat: expected files that match");
    assertThatThrownBy(() -> new ImageFolder("x", "", Shape.of(2, 8, 8), Fit.CROP))
        .hasMessageContaining("size must be [1, height, width] or [3, height, width]");
    assertThatThrownBy(() -> open(new ImageFolder("flat", 8, 8), "test"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
