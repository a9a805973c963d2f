package dev.merapi.train.data;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What {@link Shapes} shows: images, and their captions as numbers of words. */
public final class ShapeDataset implements MultiDataset {
  /** The vocabulary of the captions. */
  public static final String CAPTION = "caption";

  private static final int PIXELS = 3 * ShapePainter.SIZE * ShapePainter.SIZE;

  /** Of the longest caption, with a begin or an end. */
  private static final int LENGTH = ShapeScene.LONGEST + 1;

  private final String name;
  private final byte[] images;
  private final int[][] captions;
  private final Vocabulary vocabulary =
      Vocabulary.of(Tokens.PLAIN_WORDS, ShapeScene.words(), Integer.MAX_VALUE);

  ShapeDataset(String name, int size, long seed) {
    this.name = name;
    this.images = new byte[Math.multiplyExact(size, PIXELS)];
    this.captions = new int[size][];
    ShapePainter painter = new ShapePainter();
    RandomStream random = new RandomStream(seed, name, 0);
    for (int i = 0; i < size; i++) {
      random.begin(0, i);
      ShapeScene scene = ShapeScene.draw(random);
      System.arraycopy(painter.paint(scene, random), 0, images, i * PIXELS, PIXELS);
      captions[i] = scene.caption().stream().mapToInt(vocabulary::number).toArray();
    }
  }

  /** What a sample's image shows. */
  public String caption(int sample) {
    return vocabulary.decode(captions[sample]);
  }

  @Override
  public Map<String, Vocabulary> vocabularies() {
    return Map.of(CAPTION, vocabulary);
  }

  @Override
  public int size() {
    return captions.length;
  }

  @Override
  public List<TensorType> inputTypes() {
    Shape image = Shape.of(3, ShapePainter.SIZE, ShapePainter.SIZE);
    return List.of(new TensorType(DType.U8, image), words());
  }

  @Override
  public List<TensorType> targetTypes() {
    return List.of(words());
  }

  private static TensorType words() {
    return new TensorType(DType.I32, Shape.of(LENGTH));
  }

  /** How many words there are, with the four numbers that are none. */
  @Override
  public int classes(int target) {
    return vocabulary.size();
  }

  @Override
  public List<String> classNames() {
    return IntStream.range(0, vocabulary.size()).mapToObj(vocabulary::token).toList();
  }

  @Override
  public void copy(int sample, List<ByteBuffer> inputs, List<ByteBuffer> targets) {
    inputs.get(0).put(images, sample * PIXELS, PIXELS);
    int[] words = captions[sample];
    inputs.get(1).putInt(Vocabulary.BEGIN);
    for (int i = 0; i < LENGTH; i++) {
      int word = i < words.length ? words[i] : Vocabulary.PADDING;
      targets.get(0).putInt(i == words.length ? Vocabulary.END : word);
      if (i < LENGTH - 1) {
        inputs.get(1).putInt(word);
      }
    }
  }

  @Override
  public String description() {
    return name + ", " + size() + " images with captions";
  }
}
