package dev.merapi.explain.picture;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.explain.Probe;
import dev.merapi.explain.Saliency;
import dev.merapi.explain.Samples;
import dev.merapi.nn.Net;
import dev.merapi.nn.layer.Activation;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a model that sees images does with them, as grids of small images. */
public final class ModelPictures {
  private static final int TILE = 64;
  private static final int LARGE_TILE = 96;
  private static final int MOST_FILTERS = 64;
  private static final int MOST_CHANNELS = 16;

  private ModelPictures() {}

  /** Whether the model's first input is images of one channel or three. */
  public static boolean seesImages(Probe probe) {
    return Tile.isImage(probe.inputTypes().get(0).shape());
  }

  /**
   * The filters of the first layer with weights, at most 64: those of a convolution over three
   * channels in colours, each from its smallest weight to its largest; others in blue below 0,
   * white at 0, red above, on one scale. The rows of a dense layer on images are images.
   *
   * @param classNames titles where the rows are those of the classes
   * @return empty when that layer sees no images
   */
  public static Optional<Picture> filters(Probe probe, List<String> classNames) {
    if (!seesImages(probe)) {
      return Optional.empty();
    }
    Shape image = probe.inputTypes().get(0).shape();
    HostTensor weight = null;
    for (String path : probe.parameters()) {
      if (weight == null && probe.weight(path).shape().rank() >= 2) {
        weight = probe.weight(path);
      }
    }
    if (weight == null) {
      return Optional.empty();
    }
    Shape shape = weight.shape();
    boolean rows = shape.rank() == 2 && shape.dim(1) == image.elements();
    if (!rows && (shape.rank() != 4 || image.dim(0) % shape.dim(1) != 0)) {
      return Optional.empty();
    }
    List<BufferedImage> tiles = new ArrayList<>();
    Shape one = rows ? image : shape.slice(1, 4);
    for (int i = 0; i < Math.min(MOST_FILTERS, shape.dim(0)); i++) {
      tiles.add(filter(weight, i * one.elements(), one));
    }
    if (rows && shape.dim(0) == classNames.size() && tiles.size() == classNames.size()) {
      return Optional.of(new ImageGrid(TILE, classNames, List.of(), List.of(tiles)).draw());
    }
    int columns = tiles.size() <= 16 ? 8 : 16;
    int size = tiles.size() <= 16 ? LARGE_TILE : TILE;
    return Optional.of(ImageGrid.wrapped(size, columns, tiles).draw());
  }

  private static BufferedImage filter(HostTensor weight, int first, Shape shape) {
    if (shape.dim(0) == 3) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int i = first; i < first + shape.elements(); i++) {
        low = Math.min(low, weight.get(i));
        high = Math.max(high, weight.get(i));
      }
      return Tile.image(weight, first, shape, low, high);
    }
    double largest = largest(weight, 0, weight.elements());
    return Tile.of(
        shape.dim(1),
        shape.dim(2),
        i -> weight.get(first + i),
        value -> 0.5 + 0.5 * value / largest,
        Palette::blueWhiteRed);
  }

  /** The largest absolute value, and not 0. */
  private static double largest(HostTensor tensor, int from, int to) {
    double largest = Double.MIN_NORMAL;
    for (int i = from; i < to; i++) {
      largest = Math.max(largest, Math.abs(tensor.get(i)));
    }
    return largest;
  }

  /** The convolutions, in their order. */
  public static List<String> convolutions(Probe probe) {
    return probe.layers().stream()
        .filter(path -> probe.layer(path).output().shape().rank() == 4)
        .filter(
            path ->
                probe.parameters().contains(path + ".weight")
                    && probe.weight(path + ".weight").shape().rank() == 4)
        .toList();
  }

  /**
   * What the first channels of a layer, at most 16, make of some images, in a row for each. Dark is
   * the smallest number of the row, bright the largest; a layer that an activation follows is shown
   * behind it.
   *
   * @param layer one that gives [N, C, H, W]
   */
  public static Picture activations(Probe probe, String layer, Samples samples) {
    String shown = activated(probe, layer);
    HostTensor maps = probe.activations(shown, samples.inputs());
    Shape shape = maps.shape();
    int pixels = shape.dim(2) * shape.dim(3);
    List<List<BufferedImage>> rows = new ArrayList<>();
    for (int n = 0; n < samples.size(); n++) {
      List<BufferedImage> row = new ArrayList<>();
      row.add(Tile.image(samples.inputs(), n));
      int first = n * shape.dim(1) * pixels;
      int channels = Math.min(MOST_CHANNELS, shape.dim(1));
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (int i = first; i < first + channels * pixels; i++) {
        low = Math.min(low, maps.get(i));
        high = Math.max(high, maps.get(i));
      }
      double from = low;
      double range = high > low ? high - low : 1;
      for (int c = 0; c < channels; c++) {
        int at = first + c * pixels;
        row.add(
            Tile.of(
                shape.dim(2),
                shape.dim(3),
                i -> maps.get(at + i),
                value -> (value - from) / range,
                Palette::viridis));
      }
      rows.add(row);
    }
    List<String> titles = new ArrayList<>(List.of("input"));
    for (int c = 0; c < rows.get(0).size() - 1; c++) {
      titles.add(Integer.toString(c));
    }
    return new ImageGrid(TILE, titles, List.of(), rows).draw();
  }

  private static String activated(Probe probe, String layer) {
    for (String path : probe.layers()) {
      Net.Built built = probe.layer(path);
      if (built.layer() instanceof Activation && built.input() == probe.layer(layer).output()) {
        return path;
      }
    }
    return layer;
  }

  /**
   * Images above their saliency maps: the brighter a pixel, the more the score of the class that
   * the model sees depends on it; each map on its own scale.
   *
   * @param saliency of the samples
   * @param classNames by label
   */
  public static Picture saliency(Samples samples, Saliency saliency, List<String> classNames) {
    List<BufferedImage> images = new ArrayList<>();
    List<BufferedImage> maps = new ArrayList<>();
    List<String> titles = new ArrayList<>();
    Shape shape = samples.inputs().shape();
    for (int n = 0; n < samples.size(); n++) {
      images.add(Tile.image(samples.inputs(), n));
      double[] map = saliency.map(n);
      double largest = Double.MIN_NORMAL;
      for (double value : map) {
        largest = Math.max(largest, value);
      }
      double most = largest;
      maps.add(
          Tile.of(
              shape.dim(2), shape.dim(3), i -> map[i], value -> value / most, Palette::inferno));
      int label = samples.labels()[n];
      String seen = name(saliency.classes().get(n), classNames);
      boolean right = label < 0 || label == saliency.classes().get(n);
      titles.add(right ? seen : name(label, classNames) + " as " + seen);
    }
    return new ImageGrid(TILE, titles, List.of("input", "saliency"), List.of(images, maps)).draw();
  }

  private static String name(int label, List<String> classNames) {
    return label < classNames.size() ? classNames.get(label) : "#" + label;
  }
}
