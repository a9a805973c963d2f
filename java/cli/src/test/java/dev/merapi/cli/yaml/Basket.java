package dev.merapi.cli.yaml;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import java.util.List;

/** Something to map that has a component of every form. */
record Basket(
    Fruit fruit,
    @Default("[1, 2]") Shape shape,
    @Default("f32") DType dtype,
    @Default("true") boolean ripe,
    @Default("7") long price,
    @Default("market") String from,
    @Default("[]") List<Fruit> more,
    @Default("null") Fruit gift,
    @Default("{}") Handle handle) {
  /** A nested record. */
  record Handle(@Default("10") int length) {}
}
