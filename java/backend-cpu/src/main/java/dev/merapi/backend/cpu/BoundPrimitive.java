package dev.merapi.backend.cpu;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.javacpp.Pointer;

/**
 * A primitive of oneDNN and the memories that it runs on. It is run by the C interface, whose list
 * of arguments is made once, here: the one of C++ makes it anew for each run.
 */
final class BoundPrimitive implements Bound {
  /** More than any primitive takes. */
  private static final int CAPACITY = 16;

  private final Dnnl engine;
  private final dnnl_primitive handle;
  private final dnnl_stream stream;
  private final dnnl_exec_arg_t arguments = new dnnl_exec_arg_t(CAPACITY);

  /** The list does not keep the Java objects, so that this has to; handles neither. */
  private final List<memory> memories = new ArrayList<>();

  private final primitive primitive;

  private int count;

  BoundPrimitive(Dnnl engine, primitive primitive) {
    this.engine = engine;
    this.primitive = primitive;
    handle = primitive.get();
    stream = engine.stream().get();
  }

  /** Sets an argument; the memory that is given can be moved with {@code set_data_handle}. */
  memory argument(int id, memory.desc layout, Pointer address) {
    if (count == CAPACITY) {
      throw new IllegalStateException("a primitive has more than " + CAPACITY + " arguments");
    }
    memory memory = new memory(layout, engine.engine(), address);
    memories.add(memory);
    arguments.getPointer(count++).arg(id).memory(memory.get());
    return memory;
  }

  @Override
  public void run() {
    int status = dnnl.dnnl_primitive_execute(handle, stream, count, arguments);
    if (status != 0) {
      throw new IllegalStateException(
          "oneDNN failed with status %d to run a %s".formatted(status, primitive.get_kind()));
    }
  }

  @Override
  public void close() {
    arguments.close();
    memories.forEach(Pointer::close);
  }
}
