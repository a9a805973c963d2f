package dev.merapi.train.data;

/**
 * Paints scenes as images of 32 x 32 pixels in red, green and blue, plane by plane, with soft edges
 * on a dark, grainy ground. Only exact operations are used, so the bits are the same on every
 * machine.
 */
final class ShapePainter {
  static final int SIZE = 32;

  /** Points per pixel in each direction that are looked at, for soft edges. */
  private static final int POINTS = 3;

  private final byte[] pixels = new byte[3 * SIZE * SIZE];

  /** The pixels [3, SIZE, SIZE] of a scene, which stay until the next one is painted. */
  byte[] paint(ShapeScene scene, RandomStream random) {
    double ground = random.uniform(0, 40);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (int) (ground + random.uniform(0, 25));
    }
    int count = scene.shapes().size();
    for (int i = 0; i < count; i++) {
      // Two lie in the halves of the image, one anywhere near the middle.
      double along = count == 1 ? random.uniform(11, 21) : 8 + 16 * i + random.uniform(-1, 1);
      double across = random.uniform(9, 23);
      double x = scene.vertical() ? across : along;
      double y = scene.vertical() ? along : across;
      boolean large = scene.shapes().get(i).size() == ShapeScene.Size.LARGE;
      double radius = large ? random.uniform(6, 7) : random.uniform(3, 3.8);
      fill(scene.shapes().get(i), x, y, radius);
    }
    return pixels;
  }

  private void fill(ShapeScene.Shape shape, double x, double y, double radius) {
    for (int row = bound(y - radius); row < bound(y + radius + 1); row++) {
      for (int column = bound(x - radius); column < bound(x + radius + 1); column++) {
        blend(shape, covered(shape, x, y, radius, row, column), row * SIZE + column);
      }
    }
  }

  /** The share of a pixel that a shape covers. */
  private static double covered(
      ShapeScene.Shape shape, double x, double y, double radius, int row, int column) {
    int inside = 0;
    for (int i = 0; i < POINTS * POINTS; i++) {
      double pointX = column + (i % POINTS + 0.5) / POINTS;
      double pointY = row + (i / POINTS + 0.5) / POINTS;
      inside += shape.form().covers((pointX - x) / radius, (pointY - y) / radius) ? 1 : 0;
    }
    return (double) inside / (POINTS * POINTS);
  }

  private void blend(ShapeScene.Shape shape, double share, int pixel) {
    for (int channel = 0; channel < 3; channel++) {
      int at = channel * SIZE * SIZE + pixel;
      double before = pixels[at] & 0xFF;
      pixels[at] = (byte) (int) (before + share * (shape.color().channel(channel) - before));
    }
  }

  private static int bound(double pixel) {
    return Math.max(0, Math.min(SIZE, (int) Math.floor(pixel)));
  }
}
