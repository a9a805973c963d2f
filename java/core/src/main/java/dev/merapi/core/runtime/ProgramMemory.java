package dev.merapi.core.runtime;

import dev.merapi.core.backend.BoundProgram;
import dev.merapi.core.backend.BoundStep;
import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.Buffers;
import dev.merapi.core.backend.Memory;
import dev.merapi.core.backend.OutOfDeviceMemoryException;
import dev.merapi.core.backend.PreparedStep;
import dev.merapi.core.backend.Profile;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.State;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.plan.BufferRequest;
import dev.merapi.core.plan.MemoryPlan;
import dev.merapi.core.plan.MemoryPlanner;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The memory of one program: its own inputs, outputs and constants, and its part of the arena. */
final class ProgramMemory implements AutoCloseable {
  /** How many of the largest buffers the report names: enough to see who holds the memory. */
  private static final int REPORTED = 10;

  private final StateStore store;
  private final BufferAssignment assignment;
  private final MemoryPlan plan;
  private final List<Memory> memories = new ArrayList<>();
  private final Map<String, TensorType> inputTypes;
  private final Map<Object, Location> own = new HashMap<>();

  /** One location per request; null when they lie in the arena. */
  private List<Location> unplanned;

  private final Map<String, Long> bytesByKind = new HashMap<>();

  ProgramMemory(StateStore store, BufferAssignment assignment, Map<String, TensorType> inputTypes) {
    this.store = store;
    this.assignment = assignment;
    this.plan = MemoryPlanner.plan(assignment.requests());
    this.inputTypes = inputTypes;
    store.add(this);
  }

  /** Adds the program's own memory to a list of who holds how much. */
  void addTo(Map<String, Long> holders) {
    bytesByKind.forEach((kind, bytes) -> holders.merge(kind + "s", bytes, Long::sum));
  }

  /** The same error with the largest buffers of this program, in the plan's order of size. */
  OutOfDeviceMemoryException list(OutOfDeviceMemoryException e) {
    Map<String, Long> buffers = new LinkedHashMap<>();
    largest().forEach(request -> buffers.merge(request.owner(), request.bytes(), Math::max));
    return e.list(store.holders(), buffers);
  }

  /** Allocates all but outputs and constants; what a failure leaves is released by close. */
  void allocate(MemoryPlanner.Mode mode) {
    inputTypes.forEach((name, type) -> own("input", name, PhysicalType.dense(type)));
    if (mode == MemoryPlanner.Mode.PLANNED) {
      store.arena().reserve(plan.arenaBytes());
      return;
    }
    unplanned = new ArrayList<>();
    for (BufferRequest request : plan.requests()) {
      unplanned.add(allocate(request.bytes(), request.owner()));
      bytesByKind.merge("buffer", request.bytes(), Long::sum);
    }
  }

  private Location allocate(long bytes, String owner) {
    Memory memory = store.backend().allocate(bytes, owner);
    memories.add(memory);
    return new Location(memory, 0);
  }

  /** The program's own buffer of a kind and key, allocated when it is first asked for. */
  private Location own(String kind, Object key, PhysicalType type) {
    return own.computeIfAbsent(
        List.of(kind, key),
        absent -> {
          Location location = allocate(type.bytes(), kind + " " + key);
          bytesByKind.merge(kind, type.bytes(), Long::sum);
          return location;
        });
  }

  /** The steps with their buffers, in the arena as it is now. */
  BoundProgram bind(List<PreparedStep> steps, Profile profile) {
    List<BoundStep> bound = new ArrayList<>();
    for (PreparedStep prepared : steps) {
      Node node = prepared.step().node();
      List<Buffer> in = new ArrayList<>();
      for (int i = 0; i < node.inputs().size(); i++) {
        in.add(buffer(node.inputs().get(i), prepared.inputs().get(i)));
      }
      List<Buffer> out = new ArrayList<>();
      if (node.op() instanceof State state) {
        out.add(store.location(state.path()).view(PhysicalType.dense(store.type(state.path()))));
      }
      for (Value output : node.outputs()) {
        out.add(buffer(output, prepared.outputs().get(output.index())));
      }
      bound.add(new BoundStep(prepared, new Buffers(in, out, workspace(prepared))));
    }
    Map<String, Buffer> outputs = new LinkedHashMap<>();
    assignment
        .graph()
        .outputs()
        .forEach(
            (name, value) -> outputs.put(name, buffer(value, PhysicalType.dense(value.type()))));
    Map<String, Buffer> inputs = new LinkedHashMap<>();
    inputTypes.forEach(
        (name, type) -> {
          PhysicalType dense = PhysicalType.dense(type);
          inputs.put(name, own("input", name, dense).view(dense));
        });
    return new BoundProgram(bound, inputs, outputs, profile);
  }

  private Buffer buffer(Value value, PhysicalType type) {
    return location(assignment.holder(value)).view(type);
  }

  private Location location(BufferAssignment.Holder holder) {
    if (holder instanceof BufferAssignment.TransientHolder held) {
      return request(held.request());
    } else if (holder instanceof BufferAssignment.StateHolder state) {
      return store.location(state.path());
    } else if (holder instanceof BufferAssignment.InputHolder input) {
      return own("input", input.name(), input.type());
    } else if (holder instanceof BufferAssignment.OutputHolder output) {
      return own("output", output.name(), output.type());
    }
    return constant(((BufferAssignment.ConstantHolder) holder).constant());
  }

  private Location constant(Constant constant) {
    PhysicalType type = PhysicalType.dense(constant.type());
    boolean known = own.containsKey(List.of("constant", constant));
    Location location = own("constant", constant, type);
    if (!known) {
      location.view(type).copyFromHost(HostTensor.filled(constant.type(), constant.value()));
    }
    return location;
  }

  private Buffer workspace(PreparedStep prepared) {
    Integer request = assignment.workspace(prepared);
    return request == null
        ? null
        : request(request).view(PhysicalType.workspace(prepared.workspaceBytes()));
  }

  private Location request(int request) {
    return unplanned != null
        ? unplanned.get(request)
        : new Location(store.arena().memory(), plan.offsets().get(request));
  }

  MemoryReport report() {
    return new MemoryReport(
        store.bytesByGroup(),
        bytesByKind.getOrDefault("input", 0L),
        bytesByKind.getOrDefault("output", 0L),
        bytesByKind.getOrDefault("constant", 0L),
        plan.arenaBytes(),
        plan.sumBytes(),
        largest());
  }

  private List<BufferRequest> largest() {
    return plan.requests().stream()
        .sorted(Comparator.comparing(BufferRequest::bytes).reversed())
        .limit(REPORTED)
        .toList();
  }

  @Override
  public void close() {
    store.remove(this);
    try (Owned owned = new Owned()) {
      memories.forEach(memory -> owned.add(memory::close));
      memories.clear();
    }
  }
}
