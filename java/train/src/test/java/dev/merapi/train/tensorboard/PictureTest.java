package dev.merapi.train.tensorboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** PNG files, read by the JDK's own reader. */
class PictureTest {
  private static BufferedImage read(HostTensor... images) throws IOException {
    return ImageIO.read(new ByteArrayInputStream(Picture.of(List.of(images)).png()));
  }

  @Test
  void theLeastIsBlackAndTheGreatestIsWhite() throws IOException {
    BufferedImage image = read(HostTensor.of(Shape.of(1, 2, 2), -1f, 0f, 1f, -1f));
    assertThat(image.getRaster().getNumBands()).isEqualTo(1);
    assertThat(image.getRaster().getPixels(0, 0, 2, 2, (int[]) null))
        .containsExactly(0, 128, 255, 0);
  }

  @Test
  void threeImagesAreTwoRows() throws IOException {
    HostTensor image = HostTensor.of(Shape.of(1, 1, 2), 0f, 1f);
    BufferedImage all = read(image, image, image);
    assertThat(all.getWidth()).isEqualTo(5);
    assertThat(all.getHeight()).isEqualTo(3);
    int[] rows = all.getRaster().getPixels(0, 0, 5, 3, (int[]) null);
    assertThat(rows).containsExactly(0, 255, 0, 0, 255, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0);
  }

  @Test
  void threeChannelsAreColours() throws IOException {
    BufferedImage image = read(HostTensor.of(Shape.of(3, 1, 2), 1f, 0f, 0f, 1f, 0f, 0.5f));
    assertThat(image.getRGB(0, 0) & 0xFFFFFF).isEqualTo(0xFF0000);
    assertThat(image.getRGB(1, 0) & 0xFFFFFF).isEqualTo(0x00FF80);
  }

  @Test
  void anImageOfOneValueIsBlack() throws IOException {
    assertThat(read(HostTensor.of(Shape.of(1, 1, 1), 3f)).getRGB(0, 0) & 0xFFFFFF).isZero();
  }
}
