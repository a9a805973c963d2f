package dev.merapi.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.backend.Bindings;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.normalization.BatchNorm;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Convolutional networks with all that may stand between convolutions, forward and backward: a
 * backend may choose another order of axes for a whole chain, and must not mix orders up.
 */
class ImageChainTest {
  private static final Devices DEVICES = new Devices();

  @AfterAll
  static void close() {
    DEVICES.close();
  }

  private final Map<String, HostTensor> data = new LinkedHashMap<>();
  private final Random random = new Random(7);

  private Value input(Graph graph, String name, int... dims) {
    TensorType type = new TensorType(DType.F32, Shape.of(dims));
    double[] values = random.doubles(type.shape().elements(), -1, 1).toArray();
    data.put(name, HostTensor.of(type, values));
    return Input.of(graph, name, type);
  }

  /** Branches, joins, sums of maps, statistics of channels and of pixels, and one channel. */
  private Graph network() {
    Graph graph = new Graph("chain", 1);
    List<Value> weights = new ArrayList<>();
    Value x = input(graph, "x", 2, 1, 9, 8);
    weights.add(input(graph, "w1", 5, 1, 3, 3));
    weights.add(input(graph, "b1", 5));
    weights.add(input(graph, "w2", 5, 5, 3, 3));
    weights.add(input(graph, "w3", 4, 5, 1, 1));
    weights.add(input(graph, "scale", 5));
    weights.add(input(graph, "shift", 5));
    weights.add(input(graph, "pixels", 9, 8));
    weights.add(input(graph, "w4", 3, 9, 2, 2));
    Window2d same = Window2d.square(3, 1, 1);
    Value bias = Ops.reshape(weights.get(1), 5, 1, 1);
    Value first = Ops.relu(Ops.add(Ops.conv2d(x, weights.get(0), same, 1), bias));
    Value second = Ops.conv2d(first, weights.get(2), same, 1);
    Value normal = BatchNorm.of(second, weights.get(4), weights.get(5), 1e-5).get(0);
    Value residual = Ops.tanh(Ops.add(Ops.mul(normal, weights.get(6)), first));
    Value narrow = Ops.sigmoid(Ops.conv2d(residual, weights.get(3), Window2d.of(1, 1), 1));
    Value joined = Ops.concat(1, residual, narrow);
    Value pooled = Ops.maxPool2d(joined, Window2d.square(3, 2, 1));
    Value averaged = Ops.avgPool2d(pooled, Window2d.square(2, 1, 0));
    Value last = Ops.conv2d(averaged, weights.get(7), Window2d.of(2, 2), 1);
    Value flat = Ops.reshape(last, 2, last.shape().elements() / 2);
    Value loss =
        Ops.add(
            Ops.sum(Ops.mul(flat, flat)),
            Ops.add(Ops.sum(Ops.mean(joined, 2, 3)), Ops.sum(Ops.exp(Ops.sum(pooled, 1)))));
    graph.output("flat", flat);
    graph.output("means", Ops.mean(joined, 2, 3));
    graph.output("rows", Ops.sum(joined, 1, 3));
    List<Value> gradients = Differentiator.gradients(loss, weights);
    for (int i = 0; i < gradients.size(); i++) {
      graph.output("gradient " + i, gradients.get(i));
    }
    return graph;
  }

  private Map<String, HostTensor> run(Graph graph, String device, CompileOptions options) {
    Bindings bindings = new Bindings();
    data.forEach(bindings::input);
    graph.outputs().forEach((name, value) -> bindings.output(name, HostTensor.zeros(value.type())));
    try (StateStore store = new StateStore(DEVICES.get(device));
        Program program = Program.compile(graph, store, options)) {
      program.run(bindings);
    }
    return bindings.outputs();
  }

  @TestFactory
  Stream<DynamicTest> agreesWithTheReference() {
    Graph graph = network();
    Map<String, HostTensor> expected = run(graph, "reference", CompileOptions.DEFAULT);
    return Devices.found().stream()
        .flatMap(
            device ->
                Stream.of(true, false)
                    .map(
                        fuse ->
                            DynamicTest.dynamicTest(
                                device + (fuse ? ", fused" : ""),
                                () ->
                                    compare(
                                        run(graph, device, CompileOptions.DEFAULT.fuse(fuse)),
                                        expected,
                                        1e-5f))));
  }

  private static void compare(
      Map<String, HostTensor> found, Map<String, HostTensor> expected, float tolerance) {
    expected.forEach(
        (name, tensor) -> {
          float[] a = found.get(name).toFloatArray();
          float[] b = tensor.toFloatArray();
          float largest = 1;
          for (float value : b) {
            largest = Math.max(largest, Math.abs(value));
          }
          assertThat(a).as(name).containsExactly(b, within(tolerance * largest));
        });
  }

  /** Statistics of many pixels whose mean is large beside their deviation. */
  @TestFactory
  Stream<DynamicTest> batchNormOfLargeMeans() {
    Graph graph = new Graph("norm", 1);
    Value x = input(graph, "x", 8, 3, 28, 28);
    Value weight = input(graph, "weight", 3, 3, 1, 1);
    Value scale = input(graph, "scale", 3);
    Value shift = input(graph, "shift", 3);
    Value shifted = Ops.add(Ops.conv2d(x, weight, Window2d.of(1, 1), 1), 300);
    Value y = BatchNorm.of(shifted, scale, shift, 1e-5).get(0);
    List<Value> by = List.of(weight, scale, shift);
    List<Value> gradients = Differentiator.gradients(Ops.sum(Ops.mul(y, Ops.sigmoid(y))), by);
    graph.output("y", y);
    graph.output("by scale", gradients.get(1));
    graph.output("by shift", gradients.get(2));
    Map<String, HostTensor> expected = run(graph, "reference", CompileOptions.DEFAULT);
    return Devices.found().stream()
        .map(
            device ->
                DynamicTest.dynamicTest(
                    device,
                    () -> {
                      Map<String, HostTensor> found = run(graph, device, CompileOptions.DEFAULT);
                      compare(found, expected, 1e-4f); // one rounding of 300 is 3e-5
                    }));
  }

  /** On the cpu only what leaves a chain is moved, not what passes along it. */
  @Test
  void chainsAreNotTransposedInside() {
    Graph graph = new Graph("lenet", 1);
    Value x = input(graph, "x", 4, 3, 12, 12);
    List<Value> weights = List.of(input(graph, "w1", 6, 3, 3, 3), input(graph, "w2", 8, 6, 3, 3));
    Value y = x;
    for (Value weight : weights) {
      y =
          Ops.maxPool2d(
              Ops.relu(Ops.conv2d(y, weight, Window2d.of(3, 3), 1)), Window2d.square(2, 2, 0));
    }
    Value flat = Ops.reshape(y, 4, y.shape().elements() / 4);
    List<Value> gradients = Differentiator.gradients(Ops.sum(Ops.mul(flat, flat)), weights);
    graph.output("g1", gradients.get(0));
    graph.output("g2", gradients.get(1));
    try (StateStore store = new StateStore(DEVICES.get("cpu"));
        Program program = Program.compile(graph, store, CompileOptions.DEFAULT)) {
      assertThat(program.steps())
          .filteredOn(step -> step.kernelName().equals("cpu.transpose"))
          .as("the images, and the gradient that enters the last pooling")
          .hasSizeLessThanOrEqualTo(2);
    }
  }
}
