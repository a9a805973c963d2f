package dev.merapi.core.runtime;

import dev.merapi.core.backend.PreparedStep;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.State;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.plan.BufferRequest;
import dev.merapi.core.plan.PhysicalType;
import dev.merapi.core.plan.Storage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Decides for every value of a prepared program what holds it: an input, a constant, a variable, an
 * output, or a transient buffer with a lifetime.
 */
final class BufferAssignment {
  /** What holds a value. */
  sealed interface Holder {}

  record InputHolder(String name, PhysicalType type) implements Holder {}

  record ConstantHolder(Constant constant) implements Holder {}

  record StateHolder(String path) implements Holder {}

  /** A program output of its own buffer. */
  record OutputHolder(String name, PhysicalType type) implements Holder {}

  /** A buffer in the arena. */
  record TransientHolder(int request) implements Holder {}

  private final Graph graph;
  private final Map<Value, Holder> holders = new HashMap<>();
  private final Map<Value, Integer> lastUse = new HashMap<>();
  private final Set<Value> shared = new HashSet<>();
  private final List<BufferRequest> requests = new ArrayList<>();
  private final Map<PreparedStep, Integer> workspaces = new LinkedHashMap<>();

  BufferAssignment(Graph graph, List<PreparedStep> steps) {
    this.graph = graph;
    Map<Value, String> outputs = new HashMap<>();
    graph.outputs().forEach((name, value) -> outputs.putIfAbsent(Movement.viewed(value), name));
    for (PreparedStep prepared : steps) {
      for (Value input : prepared.step().node().inputs()) {
        lastUse.put(Movement.viewed(input), prepared.step().index());
      }
    }
    for (PreparedStep prepared : steps) {
      assign(prepared, outputs);
    }
  }

  private void assign(PreparedStep prepared, Map<Value, String> outputs) {
    int index = prepared.step().index();
    String owner = owner(prepared);
    for (Value output : prepared.step().node().outputs()) {
      PhysicalType type = prepared.outputs().get(output.index());
      String path = prepared.step().inPlace().get(output.index());
      if (path != null) {
        requireInPlace(prepared, path);
        holders.put(output, new StateHolder(path));
      } else if (outputs.containsKey(output)) {
        holders.put(output, new OutputHolder(outputs.get(output), type));
      } else {
        int last = Math.max(index, lastUse.getOrDefault(output, index));
        holders.put(output, new TransientHolder(request(prepared, output, owner, last)));
      }
    }
    if (prepared.workspaceBytes() > 0) {
      workspaces.put(prepared, requests.size());
      requests.add(
          new BufferRequest(
              owner + " workspace",
              prepared.workspaceBytes(),
              PhysicalType.ALIGNMENT,
              index,
              index));
    }
  }

  private static void requireInPlace(PreparedStep prepared, String path) {
    boolean reads =
        prepared.step().node().inputs().stream()
            .anyMatch(input -> path.equals(Storage.variable(input)));
    if (reads && !prepared.inPlace()) {
      throw new IllegalStateException(
          prepared.kernelName() + " must be able to work in place: it updates " + path);
    }
  }

  /** A new request, or that of an input which ends here and whose memory the kernel may take. */
  private int request(PreparedStep prepared, Value output, String owner, int last) {
    int index = prepared.step().index();
    PhysicalType type = prepared.outputs().get(output.index());
    if (prepared.inPlace()) {
      for (int i = 0; i < prepared.inputs().size(); i++) {
        Value root = Movement.viewed(prepared.step().node().inputs().get(i));
        if (prepared.inputs().get(i).equals(type)
            && mayOverwrite(root, output)
            && holders.get(root) instanceof TransientHolder held
            && requests.get(held.request()).last() == index
            && shared.add(root)) {
          BufferRequest old = requests.get(held.request());
          requests.set(
              held.request(),
              new BufferRequest(old.owner(), old.bytes(), old.alignment(), old.first(), last));
          return held.request();
        }
      }
    }
    requests.add(new BufferRequest(owner, type.bytes(), type.alignment(), index, last));
    return requests.size() - 1;
  }

  /** Whether the output's node may overwrite all that it reads of a value. */
  private static boolean mayOverwrite(Value root, Value output) {
    List<Value> inputs = output.node().inputs();
    return IntStream.range(0, inputs.size())
        .filter(i -> Movement.viewed(inputs.get(i)) == root)
        .allMatch(i -> output.op().mayAlias(output.index(), i));
  }

  private static String owner(PreparedStep prepared) {
    String path = prepared.step().node().path();
    return (path.isEmpty() ? "" : path + " ") + prepared.step().node().op().name();
  }

  /** What holds a value. */
  Holder holder(Value value) {
    Value root = Movement.viewed(value);
    if (root.op() instanceof Input input) {
      return new InputHolder(input.inputName(), PhysicalType.dense(input.type()));
    } else if (root.op() instanceof Constant constant) {
      return new ConstantHolder(constant);
    } else if (root.op() instanceof State state) {
      return new StateHolder(state.path());
    }
    return holders.get(root);
  }

  Graph graph() {
    return graph;
  }

  /** The transient buffers. */
  List<BufferRequest> requests() {
    return requests;
  }

  /** The request that holds a step's workspace; null when it has none. */
  Integer workspace(PreparedStep prepared) {
    return workspaces.get(prepared);
  }
}
