package dev.merapi.backend.cpu;

import dev.merapi.core.plan.MemoryPlanner;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.primitive_desc;
import org.bytedeco.dnnl.primitive_desc_base;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * A kernel that is one primitive of oneDNN, with reorders before and after it where the primitive
 * wants another layout than a tensor has. Reordered tensors lie in the workspace.
 */
final class DnnlKernel extends CpuKernel {
  private final Dnnl engine;
  private final String implementation;
  private final List<Call> calls;
  private final long workspaceBytes;
  private final List<Pointer> made = new ArrayList<>();
  private IntMemoryMap[] arguments = {};

  /** Where an argument lies. */
  private enum Place {
    INPUT,
    OUTPUT,
    WORKSPACE,
    /** In four bytes of its own, which hold 0. */
    ZERO
  }

  /** An argument; {@code at} is the index of a tensor, or an offset into the workspace. */
  private record Argument(Place place, long at, memory.desc layout) {}

  private record Call(primitive primitive, Map<Integer, Argument> arguments) {}

  private DnnlKernel(Builder builder, Dnnl engine) {
    this.engine = engine;
    implementation = builder.description.impl_info_str().getString();
    calls = new ArrayList<>(builder.before);
    calls.add(new Call(builder.primitive, builder.arguments));
    calls.addAll(builder.after);
    workspaceBytes = builder.workspaceBytes;
  }

  /** What oneDNN calls the code that it chose. */
  @Override
  String variant() {
    return implementation;
  }

  @Override
  long workspaceBytes() {
    return workspaceBytes;
  }

  @Override
  void bind(CpuBuffer[] inputs, CpuBuffer[] outputs, CpuBuffer workspace) {
    arguments = new IntMemoryMap[calls.size()];
    for (int i = 0; i < arguments.length; i++) {
      IntMemoryMap map = keep(new IntMemoryMap());
      calls
          .get(i)
          .arguments()
          .forEach(
              (id, argument) -> {
                Pointer address =
                    switch (argument.place()) {
                      case INPUT -> inputs[(int) argument.at()].address();
                      case OUTPUT -> outputs[(int) argument.at()].address();
                      case WORKSPACE -> workspace.address().getPointer(argument.at());
                      case ZERO -> keep(new FloatPointer(0f));
                    };
                // The map does not keep the Java object, so that this kernel has to.
                map.put(id, keep(new memory(argument.layout(), engine.engine(), address)));
              });
      arguments[i] = map;
    }
  }

  private <P extends Pointer> P keep(P pointer) {
    made.add(pointer);
    return pointer;
  }

  @Override
  void run() {
    for (int i = 0; i < arguments.length; i++) {
      calls.get(i).primitive().execute(engine.stream(), arguments[i]);
    }
  }

  @Override
  void release() {
    for (int i = made.size() - 1; i >= 0; i--) {
      made.get(i).close();
    }
    made.clear();
    arguments = new IntMemoryMap[0];
  }

  /** Collects the arguments of a primitive. */
  static final class Builder {
    private final Dnnl engine;
    private final primitive_desc description;
    private final primitive primitive;
    private final Map<Integer, Argument> arguments = new LinkedHashMap<>();
    private final List<Call> before = new ArrayList<>();
    private final List<Call> after = new ArrayList<>();
    private long workspaceBytes;

    Builder(Dnnl engine, primitive_desc description) {
      this.engine = engine;
      this.description = description;
      this.primitive = new primitive(description);
      memory.desc scratch = description.scratchpad_desc();
      if (scratch.get_size() > 0) {
        arguments.put(dnnl.DNNL_ARG_SCRATCHPAD, workspace(scratch));
      }
    }

    private Argument workspace(memory.desc layout) {
      long at = workspaceBytes;
      workspaceBytes = MemoryPlanner.align(at + layout.get_size(), PhysicalType.ALIGNMENT);
      return new Argument(Place.WORKSPACE, at, layout);
    }

    /** An input that lies as {@code has} and is wanted as {@code wanted}. */
    Builder input(int id, int input, memory.desc has, memory.desc wanted) {
      Argument tensor = new Argument(Place.INPUT, input, has);
      if (has.equals(wanted)) {
        arguments.put(id, tensor);
      } else {
        Argument reordered = workspace(wanted);
        before.add(reorder(tensor, reordered));
        arguments.put(id, reordered);
      }
      return this;
    }

    /** An output that is made as {@code made} and is to lie as {@code wanted}. */
    Builder output(int id, int output, memory.desc made, memory.desc wanted) {
      Argument tensor = new Argument(Place.OUTPUT, output, wanted);
      if (made.equals(wanted)) {
        arguments.put(id, tensor);
      } else {
        Argument first = workspace(made);
        after.add(reorder(first, tensor));
        arguments.put(id, first);
      }
      return this;
    }

    /** An argument that is the number 0. */
    Builder zero(int id) {
      arguments.put(id, new Argument(Place.ZERO, 0, Dnnl.dense(Shape.of(1))));
      return this;
    }

    private Call reorder(Argument from, Argument to) {
      reorder.primitive_desc reorder =
          new reorder.primitive_desc(
              engine.engine(),
              from.layout(),
              engine.engine(),
              to.layout(),
              Dnnl.attributes(),
              false);
      Map<Integer, Argument> of = new LinkedHashMap<>();
      of.put(dnnl.DNNL_ARG_FROM, from);
      of.put(dnnl.DNNL_ARG_TO, to);
      memory.desc scratch = ((primitive_desc_base) reorder).scratchpad_desc();
      if (scratch.get_size() > 0) {
        of.put(dnnl.DNNL_ARG_SCRATCHPAD, workspace(scratch));
      }
      return new Call(new reorder(reorder), of);
    }

    DnnlKernel build() {
      return new DnnlKernel(this, engine);
    }
  }
}
