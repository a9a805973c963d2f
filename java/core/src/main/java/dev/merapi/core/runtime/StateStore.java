package dev.merapi.core.runtime;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.backend.Buffer;
import dev.merapi.core.backend.Memory;
import dev.merapi.core.backend.OutOfDeviceMemoryException;
import dev.merapi.core.plan.MemoryPlanner;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All variables of a device, by path: parameters, optimizer slots, running statistics, the control
 * block. It also owns the arena that programs over it share. Close it after its programs and before
 * its backend.
 */
public final class StateStore implements AutoCloseable {
  private final Backend backend;
  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<String, Long> groupBytes = new LinkedHashMap<>();
  private final List<Memory> memories = new ArrayList<>();
  private final Arena arena;
  private final List<ProgramMemory> programs = new ArrayList<>();

  private record Variable(String group, PhysicalType type, Location location) {
    Buffer buffer() {
      return location.view(type);
    }
  }

  /** An empty store on a device. */
  public StateStore(Backend backend) {
    this.backend = backend;
    this.arena = new Arena(backend);
  }

  public Backend backend() {
    return backend;
  }

  Arena arena() {
    return arena;
  }

  /**
   * Allocates and initialises those variables that are not here yet; the others keep their values.
   *
   * @throws IllegalArgumentException when a variable is here with another type
   * @throws OutOfDeviceMemoryException when there is no place for them
   */
  public void declare(List<VariableSpec> specs) {
    Map<String, List<VariableSpec>> groups = new LinkedHashMap<>();
    for (VariableSpec spec : specs) {
      if (variables.containsKey(spec.path())) {
        requireType(spec.path(), spec.type());
      } else {
        groups.computeIfAbsent(spec.group(), key -> new ArrayList<>()).add(spec);
      }
    }
    try {
      groups.forEach(this::allocate);
    } catch (OutOfDeviceMemoryException e) {
      throw e.list(holders(), Map.of());
    }
  }

  private void allocate(String group, List<VariableSpec> specs) {
    long[] offsets = new long[specs.size()];
    long bytes = 0;
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = bytes;
      PhysicalType type = PhysicalType.dense(specs.get(i).type());
      bytes = MemoryPlanner.align(bytes + type.bytes(), type.alignment());
    }
    Memory memory = backend.allocate(bytes, group);
    memories.add(memory);
    groupBytes.merge(group, bytes, Long::sum);
    for (int i = 0; i < offsets.length; i++) {
      VariableSpec spec = specs.get(i);
      Variable variable =
          new Variable(group, PhysicalType.dense(spec.type()), new Location(memory, offsets[i]));
      variable.buffer().copyFromHost(spec.initial().get());
      variables.put(spec.path(), variable);
    }
  }

  private void requireType(String path, TensorType type) {
    TensorType found = type(path);
    if (!found.equals(type)) {
      throw new IllegalArgumentException(path + " is " + found + ", expected " + type);
    }
  }

  /** The paths of all variables, in the order of declaration. */
  public Set<String> paths() {
    return Collections.unmodifiableSet(variables.keySet());
  }

  /** The type of a variable. */
  public TensorType type(String path) {
    return variable(path).type().type();
  }

  /** A copy of a variable's value; waits for the programs that write it. */
  public HostTensor get(String path) {
    HostTensor value = HostTensor.zeros(type(path));
    variable(path).buffer().copyToHost(value);
    return value;
  }

  /** Reads a variable's value into a tensor of its type, without allocating. */
  public void get(String path, HostTensor target) {
    variable(path).buffer().copyToHost(target);
  }

  /** Overwrites a variable's value. */
  public void set(String path, HostTensor value) {
    requireType(path, value.type());
    variable(path).buffer().copyFromHost(value);
  }

  /** Overwrites a variable's value with zeros. */
  public void clear(String path) {
    set(path, HostTensor.zeros(type(path)));
  }

  /**
   * Reserves host memory for copies of all variables that are here, except those of some groups.
   *
   * @param except groups that nobody wants to keep
   */
  public Snapshot snapshot(Set<String> except) {
    List<String> kept =
        variables.keySet().stream().filter(path -> !except.contains(group(path))).toList();
    return new Snapshot(this, kept);
  }

  /** The group that a variable was declared in. */
  public String group(String path) {
    return variable(path).group();
  }

  Location location(String path) {
    return variable(path).location();
  }

  private Variable variable(String path) {
    Variable variable = variables.get(path);
    if (variable == null) {
      throw new IllegalArgumentException("no variable " + path + " in this store");
    }
    return variable;
  }

  /** The number of elements of all variables of a group. */
  public long elements(String group) {
    return variables.values().stream()
        .filter(variable -> variable.group().equals(group))
        .mapToLong(variable -> variable.type().type().shape().elements())
        .sum();
  }

  /** Bytes of device memory by group. */
  public Map<String, Long> bytesByGroup() {
    return new LinkedHashMap<>(groupBytes);
  }

  void add(ProgramMemory program) {
    programs.add(program);
  }

  void remove(ProgramMemory program) {
    programs.remove(program);
  }

  /** Bytes of device memory by what they are for. */
  Map<String, Long> holders() {
    Map<String, Long> holders = bytesByGroup();
    programs.forEach(program -> program.addTo(holders));
    holders.merge("arena", arena.bytes(), Long::sum);
    return holders;
  }

  @Override
  public void close() {
    try (Owned owned = new Owned()) {
      memories.forEach(memory -> owned.add(memory::close));
      memories.clear();
      variables.clear();
      owned.add(arena::close);
    }
  }
}
