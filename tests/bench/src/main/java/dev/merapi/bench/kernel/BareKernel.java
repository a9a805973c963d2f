package dev.merapi.bench.kernel;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;

/** One primitive with memory of its own, whose contents are small numbers. */
final class BareKernel {
  private final engine engine;
  private final primitive_desc description;
  private final primitive primitive;
  private final IntMemoryMap arguments = new IntMemoryMap();

  /** The native map does not keep the Java objects. */
  private final List<Object> kept = new ArrayList<>();

  BareKernel(engine engine, primitive_desc description) {
    this.engine = engine;
    this.description = description;
    this.primitive = new primitive(description);
  }

  /** Allocates an argument. */
  BareKernel argument(int id, memory.desc layout) {
    long elements = layout.get_size() / Float.BYTES;
    FloatPointer values = new FloatPointer(elements);
    for (long i = 0; i < elements; i++) {
      values.put(i, (i % 17 - 8) * 0.01f); // no denormals, which would be slow
    }
    memory memory = new memory(layout, engine, values);
    arguments.put(id, memory);
    kept.add(values);
    kept.add(memory);
    return this;
  }

  String implementation() {
    return description.impl_info_str().getString();
  }

  /** Runs it once and waits for it. */
  void run(stream stream) {
    primitive.execute(stream, arguments);
    stream._wait();
  }
}
