package dev.merapi.bench.kernel;

import org.bytedeco.dnnl.memory;

/** How tensors lie in memory: part of what a primitive's speed depends on. */
enum Layout {
  /** Images with channels last, weights O I H W or [out, in]: what reorders cost is counted. */
  SAME("same tensors", memory.format_tag.nhwc, memory.format_tag.oihw),
  /** Everything as the primitive likes best. */
  ANY("any", memory.format_tag.any, memory.format_tag.any),
  /** Images with channels last, filters as the primitive likes best. */
  NHWC("nhwc", memory.format_tag.nhwc, memory.format_tag.any),
  /** Images with channels first, filters as the primitive likes best. */
  NCHW("nchw", memory.format_tag.nchw, memory.format_tag.any);

  private final String title;
  private final memory.format_tag images;
  private final memory.format_tag filters;

  Layout(String title, memory.format_tag images, memory.format_tag filters) {
    this.title = title;
    this.images = images;
    this.filters = filters;
  }

  /** For tables. */
  String title() {
    return "oneDNN, " + title;
  }

  memory.desc images(int n, int c, int h, int w) {
    return descriptor(images, n, c, h, w);
  }

  /** How a convolution is told that its filters lie: always as it likes best. */
  static memory.desc filters(int o, int i, int h, int w) {
    return descriptor(memory.format_tag.any, o, i, h, w);
  }

  /** How filters lie outside of a convolution; null where that is as it likes best. */
  memory.desc keptFilters(int o, int i, int h, int w) {
    return filters == memory.format_tag.any ? null : descriptor(filters, o, i, h, w);
  }

  /** A factor that is a weight: as a dense layer keeps it, unless any layout is welcome. */
  memory.desc weight(memory.format_tag kept, int rows, int columns) {
    return descriptor(this == ANY ? memory.format_tag.any : kept, rows, columns);
  }

  static memory.desc descriptor(memory.format_tag tag, long... dims) {
    return new memory.desc(dims, memory.data_type.f32, tag);
  }
}
