package dev.merapi.cli.yaml;

import dev.merapi.nn.Default;

/** One alternative. */
public record Apple(@Default("3") int seeds, @Default("0.5") double sweetness) implements Fruit {
  public Apple {
    if (seeds < 0) {
      throw new IllegalArgumentException("seeds must be at least 0, found " + seeds);
    }
  }
}
