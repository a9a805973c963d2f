package dev.merapi.train.data;

import java.util.Arrays;

/**
 * Paints one distorted, noisy digit as 28 x 28 grey levels, white on black.
 *
 * <p>The pen's path is bent by smooth waves, sheared, scaled, turned and moved; it has a thickness
 * and a brightness; a faint stray line and grainy noise are added. Only exact operations (+, -, *,
 * /, sqrt) and {@link StrictMath} are used, so the bits are the same on every machine.
 */
final class DigitPainter {
  static final int SIZE = 28;

  private final double[] ink = new double[SIZE * SIZE];

  /** What lines are drawn with: pixels across, and 0 to 1 from black to white. */
  private record Pen(double thickness, double brightness) {}

  /** Writes SIZE * SIZE bytes from a position on. */
  void paint(int digit, RandomStream random, byte[] pixels, int offset) {
    Arrays.fill(ink, 0);
    Distortion distortion = Distortion.draw(random);
    Pen pen = new Pen(random.uniform(1.7, 3.0), random.uniform(0.75, 1));
    int way = random.below(DigitStrokes.ways(digit));
    for (DigitStrokes.Stroke stroke : DigitStrokes.of(digit, way)) {
      double fromX = 0;
      double fromY = 0;
      for (int i = 0; i < stroke.x().length; i++) {
        double toX = distortion.x(stroke.x()[i], stroke.y()[i]);
        double toY = distortion.y(stroke.x()[i], stroke.y()[i]);
        if (i > 0) {
          line(fromX, fromY, toX, toY, pen);
        }
        fromX = toX;
        fromY = toY;
      }
    }
    strayLine(random);
    for (int i = 0; i < ink.length; i++) {
      double noise = random.uniform(-0.06, 0.06) + random.uniform(-0.06, 0.06);
      double grey = Math.max(0, Math.min(1, ink[i] + noise));
      pixels[offset + i] = (byte) (int) (255 * grey);
    }
  }

  private void strayLine(RandomStream random) {
    double x = random.uniform(0, SIZE);
    double y = random.uniform(0, SIZE);
    double toX = x + random.uniform(-8, 8);
    double toY = y + random.uniform(-8, 8);
    line(x, y, toX, toY, new Pen(random.uniform(0.6, 1.2), random.uniform(0, 0.6)));
  }

  /** Inks the pixels near a line, with soft edges one pixel wide. */
  private void line(double fromX, double fromY, double toX, double toY, Pen pen) {
    double reach = pen.thickness() / 2 + 0.5;
    int left = bound(Math.min(fromX, toX) - reach);
    int right = bound(Math.max(fromX, toX) + reach + 1);
    int top = bound(Math.min(fromY, toY) - reach);
    int bottom = bound(Math.max(fromY, toY) + reach + 1);
    double dx = toX - fromX;
    double dy = toY - fromY;
    double length = Math.max(1e-9, dx * dx + dy * dy);
    for (int row = top; row < bottom; row++) {
      for (int column = left; column < right; column++) {
        double px = column + 0.5 - fromX;
        double py = row + 0.5 - fromY;
        double t = Math.max(0, Math.min(1, (px * dx + py * dy) / length));
        double distanceX = px - t * dx;
        double distanceY = py - t * dy;
        double distance = Math.sqrt(distanceX * distanceX + distanceY * distanceY);
        double value = pen.brightness() * Math.max(0, Math.min(1, reach - distance));
        int pixel = row * SIZE + column;
        ink[pixel] = Math.max(ink[pixel], value);
      }
    }
  }

  private static int bound(double pixel) {
    return Math.max(0, Math.min(SIZE, (int) Math.floor(pixel)));
  }

  /** From a digit's own coordinates, -0.5 to 0.5, to pixels: two waves, then an affine map. */
  private record Distortion(Wave bendX, Wave bendY, double[] matrix, double moveX, double moveY) {
    static Distortion draw(RandomStream random) {
      double angle = random.uniform(-0.2, 0.2);
      double shear = random.uniform(-0.25, 0.25);
      double width = random.uniform(15, 22);
      double height = random.uniform(15, 22);
      double cos = StrictMath.cos(angle);
      double sin = StrictMath.sin(angle);
      double[] matrix = {
        cos * width, -(cos * shear + sin) * height, sin * width, (cos - sin * shear) * height
      };
      return new Distortion(
          Wave.draw(random),
          Wave.draw(random),
          matrix,
          SIZE / 2.0 + random.uniform(-1.5, 1.5),
          SIZE / 2.0 + random.uniform(-1.5, 1.5));
    }

    double x(double x, double y) {
      double bentX = x + bendX.at(x, y);
      double bentY = y + bendY.at(x, y);
      return matrix[0] * bentX + matrix[1] * bentY + moveX;
    }

    double y(double x, double y) {
      double bentX = x + bendX.at(x, y);
      double bentY = y + bendY.at(x, y);
      return matrix[2] * bentX + matrix[3] * bentY + moveY;
    }
  }

  /** A smooth displacement: amplitude sin(perX x + perY y + phase). */
  private record Wave(double amplitude, double perX, double perY, double phase) {
    static Wave draw(RandomStream random) {
      return new Wave(
          random.uniform(0.02, 0.08),
          random.uniform(-7, 7),
          random.uniform(-7, 7),
          random.uniform(0, 2 * Math.PI));
    }

    double at(double x, double y) {
      return amplitude * StrictMath.sin(perX * x + perY * y + phase);
    }
  }
}
