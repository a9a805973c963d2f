package dev.merapi.explain.picture;

import dev.merapi.train.io.AtomicFile;
import dev.merapi.train.io.OutputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * A picture, which can be written as PNG. Source: ISO/IEC 15948:2004, Portable Network Graphics.
 *
 * @param image its pixels
 */
public record Picture(BufferedImage image) {

  /**
   * Makes or replaces a file in a folder that is there.
   *
   * @throws OutputException when it cannot be written
   */
  public void write(Path file) {
    try {
      ImageIO.setUseCache(false);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ImageIO.write(image, "png", bytes);
      ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
      AtomicFile.write(
          file,
          channel -> {
            while (buffer.hasRemaining()) {
              channel.write(buffer);
            }
          });
    } catch (IOException e) {
      throw new OutputException(file, "cannot be written", e);
    }
  }
}
