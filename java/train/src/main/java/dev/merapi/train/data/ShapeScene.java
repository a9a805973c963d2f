package dev.merapi.train.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One coloured shape, or two of which the first is above or left of the second: what is seen and
 * what is said of it. Two scenes look alike if and only if the same is said of them.
 *
 * @param shapes one or two
 * @param vertical whether the first of two is above the second, and not left of it
 */
record ShapeScene(List<Shape> shapes, boolean vertical) {
  /** The longest caption, in words. */
  static final int LONGEST = 10;

  /** How a shape bounds a plane; coordinates from -1 to 1, y downwards. */
  enum Form {
    CIRCLE {
      @Override
      boolean covers(double x, double y) {
        return x * x + y * y <= 1;
      }
    },
    SQUARE {
      @Override
      boolean covers(double x, double y) {
        return Math.abs(x) <= 0.85 && Math.abs(y) <= 0.85;
      }
    },
    TRIANGLE {
      @Override
      boolean covers(double x, double y) {
        return y <= 0.8 && Math.abs(x) <= (y + 1) * 0.55;
      }
    };

    abstract boolean covers(double x, double y);
  }

  /** What a shape is filled with. */
  enum Color {
    RED(230, 40, 40),
    GREEN(40, 200, 60),
    BLUE(60, 80, 240),
    YELLOW(230, 220, 50),
    WHITE(240, 240, 240);

    private final int[] channels;

    Color(int... channels) {
      this.channels = channels;
    }

    /** From 0 to 255, of red, green and blue. */
    int channel(int index) {
      return channels[index];
    }
  }

  /** How large a shape is. */
  enum Size {
    SMALL,
    LARGE
  }

  /** One of the things that are seen. */
  record Shape(Size size, Color color, Form form) {
    static Shape draw(RandomStream random) {
      return new Shape(
          pick(random, Size.values()), pick(random, Color.values()), pick(random, Form.values()));
    }

    private void say(List<String> words) {
      words.add("a");
      words.add(word(size));
      words.add(word(color));
      words.add(word(form));
    }
  }

  /** All words that are ever said, in an order that stays. */
  static List<String> words() {
    List<String> words = new ArrayList<>(List.of("a", "above", "left", "of"));
    for (Enum<?>[] values : List.of(Size.values(), Color.values(), Form.values())) {
      for (Enum<?> value : values) {
        words.add(word(value));
      }
    }
    return words;
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static <T> T pick(RandomStream random, T[] values) {
    return values[random.below(values.length)];
  }

  /** One shape in one of four scenes, else two. */
  static ShapeScene draw(RandomStream random) {
    Shape first = Shape.draw(random);
    return random.chance(0.25)
        ? new ShapeScene(List.of(first), false)
        : new ShapeScene(List.of(first, Shape.draw(random)), random.chance(0.5));
  }

  /** What is said: {@code a small red circle left of a large blue square}. */
  List<String> caption() {
    List<String> words = new ArrayList<>();
    shapes.get(0).say(words);
    if (shapes.size() == 2) {
      words.addAll(vertical ? List.of("above") : List.of("left", "of"));
      shapes.get(1).say(words);
    }
    return words;
  }
}
