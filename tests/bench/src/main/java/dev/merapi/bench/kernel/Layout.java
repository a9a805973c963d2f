package dev.merapi.bench.kernel;

import org.bytedeco.dnnl.memory;

/** How tensors lie in memory: part of what a primitive's speed depends on. */
enum Layout {
  /** Everything as the primitive likes best. */
  ANY(memory.format_tag.any, memory.format_tag.any),
  /** Images with channels last, weights as the primitive likes best. */
  NHWC(memory.format_tag.nhwc, memory.format_tag.any),
  /** Images with channels first, weights as the primitive likes best. */
  NCHW(memory.format_tag.nchw, memory.format_tag.any);

  private final memory.format_tag images;
  private final memory.format_tag filters;

  Layout(memory.format_tag images, memory.format_tag filters) {
    this.images = images;
    this.filters = filters;
  }

  memory.desc images(int n, int c, int h, int w) {
    return descriptor(images, n, c, h, w);
  }

  memory.desc filters(int o, int i, int h, int w) {
    return descriptor(filters, o, i, h, w);
  }

  /** A factor that is a weight: as a dense layer keeps it, unless any layout is welcome. */
  memory.desc weight(memory.format_tag kept, int rows, int columns) {
    return descriptor(this == ANY ? memory.format_tag.any : kept, rows, columns);
  }

  static memory.desc descriptor(memory.format_tag tag, long... dims) {
    return new memory.desc(dims, memory.data_type.f32, tag);
  }
}
