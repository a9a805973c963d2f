package dev.merapi.explain.picture;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;

/** Pictures of images that a model made. */
public final class SamplePictures {
  private static final int TILE = 56;

  private SamplePictures() {}

  /** Whether samples of this shape can be shown: one channel or three. */
  public static boolean isImage(Shape sample) {
    return Tile.isImage(sample);
  }

  /**
   * Images in rows of a width.
   *
   * @param images [N, C, H, W], bytes or numbers from 0 to 1; what lies outside is shown as these
   */
  public static Picture grid(HostTensor images, int columns) {
    return ImageGrid.wrapped(TILE, columns, tiles(images)).draw();
  }

  /**
   * Images, and below each what was made of it.
   *
   * @param inputs [N, C, H, W], bytes or numbers from 0 to 1
   * @param reconstructions of the same shape
   */
  public static Picture reconstructions(HostTensor inputs, HostTensor reconstructions) {
    return new ImageGrid(
            TILE,
            List.of(),
            List.of("input", "reconstruction"),
            List.of(tiles(inputs), tiles(reconstructions)))
        .draw();
  }

  private static List<BufferedImage> tiles(HostTensor images) {
    HostTensor shown = images.dtype() == DType.U8 ? images : bytes(images);
    return IntStream.range(0, images.shape().dim(0)).mapToObj(i -> Tile.image(shown, i)).toList();
  }

  private static HostTensor bytes(HostTensor numbers) {
    byte[] bytes = new byte[numbers.elements()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(255 * Math.max(0, Math.min(1, numbers.get(i))));
    }
    return HostTensor.of(numbers.shape(), bytes);
  }
}
