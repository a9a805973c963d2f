package dev.merapi.explain.picture;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Small images in rows and columns, each pixel as a square, with words above and beside them.
 *
 * @param tileSize the longer side of a tile, in pixels of the picture, at least: whole pixels of
 *     the small image
 * @param columnTitles above the columns; empty for none
 * @param rowTitles beside the rows; empty for none
 * @param rows of small images; a row may be shorter
 */
record ImageGrid(
    int tileSize,
    List<String> columnTitles,
    List<String> rowTitles,
    List<List<BufferedImage>> rows) {
  private static final int GAP = 4;
  private static final int MARGIN = 8;
  private static final int FONT = 13;
  private static final Color INK = new Color(0x333333);

  ImageGrid {
    columnTitles = List.copyOf(columnTitles);
    rowTitles = List.copyOf(rowTitles);
    rows = List.copyOf(rows);
  }

  /** Images one after the other in rows of a width. */
  static ImageGrid wrapped(int tileSize, int columns, List<BufferedImage> images) {
    List<List<BufferedImage>> rows = new ArrayList<>();
    for (int from = 0; from < images.size(); from += columns) {
      rows.add(images.subList(from, Math.min(images.size(), from + columns)));
    }
    return new ImageGrid(tileSize, List.of(), List.of(), rows);
  }

  private static int factor(BufferedImage image, int size) {
    return Math.max(1, size / Math.max(image.getWidth(), image.getHeight()));
  }

  private int side() {
    int side = 1;
    for (List<BufferedImage> row : rows) {
      for (BufferedImage image : row) {
        int factor = factor(image, tileSize);
        side = Math.max(side, factor * Math.max(image.getWidth(), image.getHeight()));
      }
    }
    return side;
  }

  /** Draws it. */
  Picture draw() {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int side = side();
    boolean words = Text.problem().isEmpty();
    int left = MARGIN;
    for (String title : rowTitles) {
      left = words ? Math.max(left, Text.width(title, FONT) + 2 * MARGIN) : left;
    }
    int top = columnTitles.isEmpty() || !words ? MARGIN : 2 * MARGIN + FONT;
    int pitch = side + GAP;
    BufferedImage picture =
        new BufferedImage(
            left + columns * pitch - GAP + MARGIN,
            top + rows.size() * pitch - GAP + MARGIN,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    for (int c = 0; c < columnTitles.size(); c++) {
      Text.centred(graphics, columnTitles.get(c), left + c * pitch + side / 2, top / 2, FONT, INK);
    }
    for (int r = 0; r < rows.size(); r++) {
      int y = top + r * pitch;
      if (r < rowTitles.size()) {
        Text.before(graphics, rowTitles.get(r), left - MARGIN, y + side / 2, FONT, INK);
      }
      for (int c = 0; c < rows.get(r).size(); c++) {
        BufferedImage image = rows.get(r).get(c);
        int factor = factor(image, side);
        int width = factor * image.getWidth();
        int height = factor * image.getHeight();
        int x = left + c * pitch + (side - width) / 2;
        graphics.drawImage(image, x, y + (side - height) / 2, width, height, null);
      }
    }
    graphics.dispose();
    return new Picture(picture);
  }
}
