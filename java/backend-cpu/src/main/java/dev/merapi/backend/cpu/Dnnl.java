package dev.merapi.backend.cpu;

import dev.merapi.core.tensor.Shape;
import java.util.Arrays;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.primitive_desc;
import org.bytedeco.dnnl.stream;

/** oneDNN's engine and stream, and how its descriptors are made. */
final class Dnnl implements AutoCloseable {
  private final engine engine = new engine(dnnl.dnnl_cpu, 0);
  private final stream stream = new stream(engine);

  engine engine() {
    return engine;
  }

  stream stream() {
    return stream;
  }

  /** Scratch memory is ours to give, so that the plan knows of it. */
  static primitive_attr attributes() {
    primitive_attr attributes = new primitive_attr();
    attributes.set_scratchpad_mode(dnnl.dnnl_scratchpad_mode_user);
    return attributes;
  }

  /** F32 elements, row-major. */
  static memory.desc dense(Shape shape) {
    return strided(longs(shape.toArray()), longs(shape.strides()));
  }

  /** F32 images of the shape N C H W that lie as N H W C. */
  static memory.desc images(Shape shape) {
    return new memory.desc(longs(shape.toArray()), memory.data_type.f32, memory.format_tag.nhwc);
  }

  /** F32 elements with the given strides. */
  static memory.desc strided(long[] dims, long[] strides) {
    return new memory.desc(dims, memory.data_type.f32, strides);
  }

  /** F32 elements in the layout that the primitive likes best. */
  static memory.desc any(long... dims) {
    return new memory.desc(dims, memory.data_type.f32, memory.format_tag.any);
  }

  /**
   * The first implementation whose name begins so, such as {@code "jit:"}; where there is none, the
   * one that oneDNN likes best.
   */
  static <P extends primitive_desc> P choose(String prefix, Supplier<P> descriptions) {
    P chosen = first(descriptions, name -> name.startsWith(prefix));
    return chosen != null ? chosen : descriptions.get();
  }

  /** The first implementation, in oneDNN's order, whose name will do; null if there is none. */
  static <P extends primitive_desc> P first(Supplier<P> descriptions, Predicate<String> willDo) {
    P description = descriptions.get();
    do {
      if (willDo.test(description.impl_info_str().getString())) {
        return description;
      }
    } while (description.next_impl());
    return null;
  }

  static long[] longs(int... values) {
    return Arrays.stream(values).asLongStream().toArray();
  }

  @Override
  public void close() {
    stream.close();
    engine.close();
  }
}
