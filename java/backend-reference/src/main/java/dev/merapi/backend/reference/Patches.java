package dev.merapi.backend.reference;

import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.op.window.WindowAxis;
import dev.merapi.core.tensor.Shape;
import java.util.Arrays;

/**
 * The windows of one group of one image, written out: what turns a convolution into products of
 * matrices, whose innermost loops are long and free of conditions.
 *
 * <p>One axis counts a group's input channels and kernel positions (c, p, q), the other one counts
 * windows. The windows are taken some rows of the output at a time, so that a large image needs
 * little memory.
 */
final class Patches {
  /** About how many windows are written out at a time. */
  private static final int WINDOWS = 512;

  private final WindowAxis h;
  private final WindowAxis w;
  private final int channels;
  private final int inputH;
  private final int inputW;
  private final int outputH;
  private final int outputW;
  private final int rowsPerPart;
  private final double[] image;
  private final double[][] rows;
  private final Line gather;
  private final Line scatter;

  /** What a row of the written-out windows is. */
  enum Row {
    /** One window element, for all windows of a part. */
    ELEMENT,
    /** One window. */
    WINDOW
  }

  /** For images [N, C, H, W] and outputs [N, O, outputH, outputW]. */
  Patches(Conv2d convolution, Shape input, Shape output, Row row) {
    Window2d window = convolution.window();
    this.h = window.h();
    this.w = window.w();
    this.channels = input.dim(1) / convolution.groups();
    this.inputH = input.dim(2);
    this.inputW = input.dim(3);
    this.outputH = output.dim(2);
    this.outputW = output.dim(3);
    this.rowsPerPart = Math.min(outputH, Math.max(1, WINDOWS / outputW));
    this.image = new double[input.dim(1) * inputH * inputW];
    // Made here, not where they are used: running a kernel allocates nothing.
    this.scatter = this::scatterByElement;
    if (row == Row.ELEMENT) {
      this.rows = new double[windowElements()][maxWindows()];
      this.gather = this::gatherByElement;
    } else {
      this.rows = new double[maxWindows()][windowElements()];
      this.gather = this::gatherByWindow;
    }
  }

  /** The windows written out. */
  double[][] rows() {
    return rows;
  }

  /** Elements of a window: channels of a group times kernel positions. */
  int windowElements() {
    return channels * h.kernel() * w.kernel();
  }

  /** How many parts the output rows are taken in. */
  int parts() {
    return (outputH + rowsPerPart - 1) / rowsPerPart;
  }

  /** The most windows in a part. */
  int maxWindows() {
    return rowsPerPart * outputW;
  }

  /** The first window of a part. */
  int start(int part) {
    return part * rowsPerPart * outputW;
  }

  /** The number of windows in a part. */
  int windows(int part) {
    return Math.min(rowsPerPart, outputH - part * rowsPerPart) * outputW;
  }

  /** Takes an image to read windows from. */
  void load(Cells x, int sample) {
    for (int i = 0; i < image.length; i++) {
      image[i] = x.get(sample * image.length + i);
    }
  }

  /** Starts an image of zeros to add windows to. */
  void clear() {
    Arrays.fill(image, 0);
  }

  /** Gives the image that windows were added to. */
  void store(Cells x, int sample) {
    for (int i = 0; i < image.length; i++) {
      x.set(sample * image.length + i, image[i]);
    }
  }

  /** Writes a part of the loaded image's windows out. */
  void gather(int group, int part) {
    visit(group, part, gather);
  }

  /**
   * Adds what is written out to the elements of the image that the windows read; for rows of
   * elements.
   */
  void scatter(int group, int part) {
    visit(group, part, scatter);
  }

  /** One window element along one row of windows. */
  @FunctionalInterface
  private interface Line {
    /**
     * Visits the windows {@code window} to {@code window + outputW}; those from {@code from} to
     * {@code to} read the image at {@code position + j stride}, the others read padding.
     */
    void visit(int element, int window, int from, int to, int position);
  }

  private void gatherByElement(int element, int window, int from, int to, int position) {
    double[] row = rows[element];
    Arrays.fill(row, window, window + from, 0);
    for (int j = from; j < to; j++) {
      row[window + j] = image[position + j * w.stride()];
    }
    Arrays.fill(row, window + to, window + outputW, 0);
  }

  private void gatherByWindow(int element, int window, int from, int to, int position) {
    for (int j = 0; j < outputW; j++) {
      boolean inside = j >= from && j < to;
      rows[window + j][element] = inside ? image[position + j * w.stride()] : 0;
    }
  }

  private void scatterByElement(int element, int window, int from, int to, int position) {
    double[] row = rows[element];
    for (int j = from; j < to; j++) {
      image[position + j * w.stride()] += row[window + j];
    }
  }

  private void visit(int group, int part, Line line) {
    int firstRow = part * rowsPerPart;
    int count = windows(part) / outputW;
    int element = 0;
    for (int c = group * channels; c < (group + 1) * channels; c++) {
      for (int p = 0; p < h.kernel(); p++) {
        for (int q = 0; q < w.kernel(); q++, element++) {
          int left = w.position(0, q);
          int from = clip(Math.floorDiv(w.stride() - 1 - left, w.stride()), outputW);
          int to = Math.max(from, clip(Math.floorDiv(inputW - 1 - left, w.stride()) + 1, outputW));
          for (int i = 0; i < count; i++) {
            int y = h.position(firstRow + i, p);
            int position = (c * inputH + y) * inputW + left;
            boolean inside = y >= 0 && y < inputH;
            line.visit(element, i * outputW, inside ? from : 0, inside ? to : 0, position);
          }
        }
      }
    }
  }

  private static int clip(int index, int end) {
    return Math.max(0, Math.min(index, end));
  }
}
