package dev.merapi.backend.reference;

import dev.merapi.core.graph.Movement;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Op;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs single kernels and small graphs directly, without a runtime. */
final class Kernels {
  private static final KernelTable TABLE = KernelTable.create();

  private Kernels() {}

  /** The first output of an op on these inputs. */
  static HostTensor run(Op op, HostTensor... inputs) {
    return runAll(op, inputs).get(0);
  }

  /** All outputs of an op on these inputs. */
  static List<HostTensor> runAll(Op op, HostTensor... inputs) {
    List<TensorType> inputTypes = Stream.of(inputs).map(HostTensor::type).toList();
    List<TensorType> outputTypes = op.inferTypes(inputTypes);
    // Whatever a kernel does not write stays recognizable.
    HostTensor[] outputs =
        outputTypes.stream().map(t -> HostTensor.filled(t, -77)).toArray(HostTensor[]::new);
    ReferenceKernel kernel = TABLE.create(op, inputTypes, outputTypes);
    kernel.run(cells(inputs), cells(outputs));
    List<byte[]> once = Stream.of(outputs).map(o -> o.bytes().array().clone()).toList();
    kernel.run(cells(inputs), cells(outputs));
    for (int i = 0; i < outputs.length; i++) {
      if (!Arrays.equals(once.get(i), outputs[i].bytes().array())) {
        throw new AssertionError(op.name() + " gives another result when it runs again");
      }
    }
    return List.of(outputs);
  }

  /** A value of a graph whose inputs are given by name. */
  static HostTensor evaluate(Value value, Map<String, HostTensor> inputs) {
    Map<Value, HostTensor> known = new HashMap<>();
    for (Node node : value.graph().nodes().subList(0, value.node().id() + 1)) {
      HostTensor[] arguments = node.inputs().stream().map(known::get).toArray(HostTensor[]::new);
      Value output = node.output(0);
      if (node.op() instanceof Input input) {
        known.put(output, inputs.get(input.inputName()));
      } else if (node.op() instanceof Movement movement && movement.isView()) {
        known.put(output, arguments[0].reshape(output.shape()));
      } else {
        List<HostTensor> outputs = runAll(node.op(), arguments);
        node.outputs().forEach(each -> known.put(each, outputs.get(each.index())));
      }
    }
    return known.get(value);
  }

  private static Cells[] cells(HostTensor[] tensors) {
    return Stream.of(tensors)
        .map(tensor -> Cells.of(tensor.dtype(), tensor.bytes().array(), 0))
        .toArray(Cells[]::new);
  }
}
