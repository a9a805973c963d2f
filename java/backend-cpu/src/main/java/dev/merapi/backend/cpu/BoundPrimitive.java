package dev.merapi.backend.cpu;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.javacpp.Pointer;

/** A primitive of oneDNN and the memories that it runs on. */
final class BoundPrimitive implements AutoCloseable {
  private final Dnnl dnnl;
  private final primitive primitive;
  private final IntMemoryMap arguments = new IntMemoryMap();

  /** The map does not keep the Java objects, so that this has to. */
  private final List<memory> memories = new ArrayList<>();

  BoundPrimitive(Dnnl dnnl, primitive primitive) {
    this.dnnl = dnnl;
    this.primitive = primitive;
  }

  /** Sets an argument; the memory that is given can be moved with {@code set_data_handle}. */
  memory argument(int id, memory.desc layout, Pointer address) {
    memory memory = new memory(layout, dnnl.engine(), address);
    memories.add(memory);
    arguments.put(id, memory);
    return memory;
  }

  void run() {
    primitive.execute(dnnl.stream(), arguments);
  }

  @Override
  public void close() {
    arguments.close();
    memories.forEach(Pointer::close);
  }
}
