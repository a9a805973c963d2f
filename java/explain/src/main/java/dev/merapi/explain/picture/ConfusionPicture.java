package dev.merapi.explain.picture;

import dev.merapi.core.tensor.HostTensor;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;

/** A confusion matrix: a row for each class, a column for what its samples were taken for. */
public final class ConfusionPicture {
  private static final int FONT = 12;
  private static final int MARGIN = 12;
  private static final int MOST_WITH_NUMBERS = 30;
  private static final int LONGEST_NAME = 14;
  private static final Color INK = new Color(0x333333);
  private static final Color FAINT = new Color(0xAAAAAA);

  private ConfusionPicture() {}

  /**
   * Draws a matrix. A field's colour is its share of the row; up to 30 classes have their counts in
   * numbers.
   *
   * @param counts [C, C], rows are labels
   * @param names of the classes; those without one are numbered
   */
  public static Picture of(HostTensor counts, List<String> names) {
    int classes = counts.shape().dim(0);
    boolean numbers = classes <= MOST_WITH_NUMBERS && Text.problem().isEmpty();
    int cell = numbers ? cell(counts) : Math.max(2, 600 / classes);
    int left = MARGIN + (numbers ? FONT + MARGIN + longest(classes, names) : 0);
    int top = MARGIN + (numbers ? 2 * FONT + MARGIN : 0);
    int side = classes * cell;
    BufferedImage picture =
        new BufferedImage(left + side + MARGIN, top + side + MARGIN, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    for (int row = 0; row < classes; row++) {
      double sum = 0;
      for (int column = 0; column < classes; column++) {
        sum += counts.get(row * classes + column);
      }
      for (int column = 0; column < classes; column++) {
        double count = counts.get(row * classes + column);
        double share = sum == 0 ? 0 : count / sum;
        int x = left + column * cell;
        int y = top + row * cell;
        // the root makes single mistakes visible
        graphics.setColor(new Color(Palette.blues(Math.sqrt(share))));
        graphics.fillRect(x, y, cell - 1, cell - 1);
        if (numbers) {
          Color ink = count == 0 ? FAINT : share > 0.25 ? Color.WHITE : INK;
          String text = Long.toString((long) count);
          Text.centred(graphics, text, x + cell / 2, y + cell / 2, FONT, ink);
        }
      }
    }
    if (numbers) {
      for (int c = 0; c < classes; c++) {
        int middle = c * cell + cell / 2;
        Text.before(graphics, name(c, names), left - 6, top + middle, FONT, INK);
        String above = Text.width(name(c, names), FONT) < cell ? name(c, names) : "" + c;
        Text.centred(graphics, above, left + middle, top - FONT, FONT, INK);
      }
      Text.centred(graphics, "predicted", left + side / 2, MARGIN, FONT, FAINT);
      graphics.rotate(-Math.PI / 2);
      Text.centred(graphics, "label", -(top + side / 2), MARGIN, FONT, FAINT);
    }
    graphics.dispose();
    return new Picture(picture);
  }

  private static int cell(HostTensor counts) {
    int widest = 0;
    for (int i = 0; i < counts.elements(); i++) {
      widest = Math.max(widest, Text.width(Long.toString((long) counts.get(i)), FONT));
    }
    return Math.max(26, widest + 10);
  }

  private static int longest(int classes, List<String> names) {
    int longest = 0;
    for (int c = 0; c < classes; c++) {
      longest = Math.max(longest, Text.width(name(c, names), FONT));
    }
    return longest;
  }

  private static String name(int label, List<String> names) {
    String name = label < names.size() ? names.get(label) : "#" + label;
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME - 1) + "…";
  }
}
