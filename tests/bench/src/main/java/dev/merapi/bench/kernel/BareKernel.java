package dev.merapi.bench.kernel;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.FloatPointer;

/**
 * One primitive with memory of its own, whose contents are small numbers, and perhaps a reorder
 * before or after it.
 */
final class BareKernel {
  private final engine engine;
  private final primitive_desc description;
  private final List<Call> calls = new ArrayList<>();
  private final IntMemoryMap arguments = new IntMemoryMap();

  /** The native map does not keep the Java objects. */
  private final List<Object> kept = new ArrayList<>();

  private record Call(primitive primitive, IntMemoryMap arguments) {}

  BareKernel(engine engine, primitive_desc description) {
    this.engine = engine;
    this.description = description;
    calls.add(new Call(new primitive(description), arguments));
  }

  /** Allocates an argument. */
  BareKernel argument(int id, memory.desc layout) {
    arguments.put(id, allocate(layout));
    return this;
  }

  /** Allocates an argument that lies otherwise than the primitive reads it. */
  BareKernel reordered(int id, memory.desc from, memory.desc layout) {
    if (from.equals(layout)) {
      return argument(id, layout);
    }
    memory read = allocate(layout);
    arguments.put(id, read);
    calls.add(0, reorder(allocate(from), read));
    return this;
  }

  /** Allocates a result that is to lie otherwise than the primitive makes it. */
  BareKernel reorderedResult(int id, memory.desc layout, memory.desc to) {
    if (to.equals(layout)) {
      return argument(id, layout);
    }
    memory made = allocate(layout);
    arguments.put(id, made);
    calls.add(reorder(made, allocate(to)));
    return this;
  }

  private static Call reorder(memory from, memory to) {
    IntMemoryMap map = new IntMemoryMap();
    map.put(dnnl.DNNL_ARG_FROM, from);
    map.put(dnnl.DNNL_ARG_TO, to);
    return new Call(new reorder(from, to), map);
  }

  private memory allocate(memory.desc layout) {
    long elements = layout.get_size() / Float.BYTES;
    FloatPointer values = new FloatPointer(elements);
    for (long i = 0; i < elements; i++) {
      values.put(i, (i % 17 - 8) * 0.01f); // no denormals, which would be slow
    }
    memory memory = new memory(layout, engine, values);
    kept.add(values);
    kept.add(memory);
    return memory;
  }

  String implementation() {
    return description.impl_info_str().getString();
  }

  /** Runs it once and waits for it. */
  void run(stream stream) {
    for (Call call : calls) {
      call.primitive().execute(stream, call.arguments());
    }
    stream._wait();
  }
}
