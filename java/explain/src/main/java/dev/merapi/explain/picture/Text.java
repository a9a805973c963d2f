package dev.merapi.explain.picture;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Optional;

/** Letters in pictures. A machine may have none: a headless Java uses the system's fonts. */
public final class Text {
  private static final Optional<String> PROBLEM = look();

  private Text() {}

  private static Optional<String> look() {
    try {
      width("x", 12);
      return Optional.empty();
    } catch (RuntimeException | Error e) { // Java throws anything where there are no fonts
      return Optional.of(
          "no text can be drawn here, which needs fontconfig and a font such as DejaVu ("
              + e.getMessage()
              + ")");
    }
  }

  /** Why nothing can be written into pictures; empty where it can. */
  public static Optional<String> problem() {
    return PROBLEM;
  }

  static Font font(int size) {
    return new Font(Font.SANS_SERIF, Font.PLAIN, size);
  }

  private static FontMetrics metrics(int size) {
    Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    try {
      return graphics.getFontMetrics(font(size));
    } finally {
      graphics.dispose();
    }
  }

  /** In pixels. */
  static int width(String text, int size) {
    return metrics(size).stringWidth(text);
  }

  /** Draws text around a point; nothing where there are no fonts. */
  static void centred(Graphics2D graphics, String text, int x, int y, int size, Color color) {
    at(graphics, text, x, y, size, color, 0.5);
  }

  /** Draws text that ends at a point. */
  static void before(Graphics2D graphics, String text, int x, int y, int size, Color color) {
    at(graphics, text, x, y, size, color, 1);
  }

  private static void at(
      Graphics2D graphics, String text, int x, int y, int size, Color color, double share) {
    if (PROBLEM.isPresent()) {
      return;
    }
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setFont(font(size));
    graphics.setColor(color);
    FontMetrics metrics = graphics.getFontMetrics();
    int left = x - (int) Math.round(share * metrics.stringWidth(text));
    graphics.drawString(text, left, y + (metrics.getAscent() - metrics.getDescent()) / 2);
  }
}
