package dev.merapi.backend.cpu;

import dev.merapi.core.plan.MemoryPlanner;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
  private static final FloatPointer ZERO = new FloatPointer(0f);

  private final Dnnl engine;
  private final String implementation;
  private final List<Call> calls;
  private final long workspaceBytes;
  private Bound[] bound = {};

  /** Where an argument lies. */
  private enum Place {
    INPUT,
    OUTPUT,
    WORKSPACE,
    /** The number 0. */
    ZERO
  }

  /** An argument; {@code at} is the index of a tensor, or an offset into the workspace. */
  private record Argument(Place place, long at, memory.desc layout) {}

  /** A part of the work. */
  @FunctionalInterface
  private interface Call {
    /** With the memory that arguments lie in. */
    Bound bind(Dnnl engine, Function<Argument, Pointer> addresses);
  }

  private static Call call(primitive primitive, Map<Integer, Argument> arguments) {
    return (engine, addresses) -> {
      BoundPrimitive bound = new BoundPrimitive(engine, primitive);
      arguments.forEach(
          (id, argument) -> bound.argument(id, argument.layout(), addresses.apply(argument)));
      return bound;
    };
  }

  private DnnlKernel(Builder builder, Dnnl engine) {
    this.engine = engine;
    implementation = builder.description.impl_info_str().getString();
    calls = new ArrayList<>(builder.before);
    calls.add(call(builder.primitive, builder.arguments));
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
    bound = new Bound[calls.size()];
    for (int i = 0; i < bound.length; i++) {
      bound[i] =
          calls
              .get(i)
              .bind(
                  engine,
                  argument ->
                      switch (argument.place()) {
                        case INPUT -> inputs[(int) argument.at()].address();
                        case OUTPUT -> outputs[(int) argument.at()].address();
                        case WORKSPACE -> workspace.address().getPointer(argument.at());
                        case ZERO -> ZERO;
                      });
    }
  }

  @Override
  void run() {
    for (Bound call : bound) {
      call.run();
    }
  }

  @Override
  void release() {
    for (Bound call : bound) {
      call.close();
    }
    bound = new Bound[0];
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
      FilterReorder filters =
          FilterReorder.find(from.layout(), to.layout(), Workers.processCount());
      if (filters != null) {
        return (dnnl, addresses) -> filters.bind(addresses.apply(from), addresses.apply(to));
      }
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
      return call(new reorder(reorder), of);
    }

    DnnlKernel build() {
      return new DnnlKernel(this, engine);
    }
  }
}
