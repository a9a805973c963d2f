package dev.merapi.conformance;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Node;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.op.window.WindowAxis;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Convolutions and transposed convolutions of random shapes, grouped, depthwise, strided, dilated
 * and of one row, with their gradients: what a library of convolutions gets wrong is in the
 * corners.
 */
class RandomConvolutionTest {
  /** More for a search by hand: {@code -Dmerapi.convolutions=5000}. */
  private static final int COUNT = Integer.getInteger("merapi.convolutions", 120);

  private static final Devices DEVICES = new Devices();

  @AfterAll
  static void close() {
    DEVICES.close();
  }

  /**
   * One convolution, or a transposed one from {@code inputs} to {@code outputs} channels.
   *
   * @param outputPadding less than 0 for one that is not transposed
   */
  private record Convolution(
      int samples,
      int inputs,
      int outputs,
      int h,
      int w,
      Window2d window,
      int groups,
      int outputPadding) {
    static Convolution random(Random random) {
      while (true) {
        int groups = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
        boolean depthwise = random.nextInt(4) == 0;
        int inputs = depthwise ? channels(random) : groups * channels(random);
        WindowAxis h = axis(random);
        WindowAxis w = random.nextBoolean() ? h : axis(random);
        boolean transposed = random.nextBoolean();
        int spare = Math.min(h.stride(), w.stride());
        Convolution drawn =
            new Convolution(
                1 + random.nextInt(3),
                inputs,
                depthwise ? inputs * (1 + random.nextInt(2)) : groups * channels(random),
                random.nextInt(5) == 0 ? 1 : 1 + random.nextInt(14),
                random.nextInt(5) == 0 ? 1 : 1 + random.nextInt(14),
                new Window2d(h, w),
                depthwise ? inputs : groups,
                transposed ? random.nextInt(spare) : -1);
        if (drawn.exists()) {
          return drawn;
        }
      }
    }

    private static int channels(Random random) {
      int[] wide = {8, 16, 17, 32};
      return random.nextInt(3) == 0 ? wide[random.nextInt(wide.length)] : 1 + random.nextInt(6);
    }

    private static WindowAxis axis(Random random) {
      int kernel = random.nextInt(4) == 0 ? 1 : 1 + random.nextInt(5);
      int stride = random.nextInt(2) == 0 ? 1 : 1 + random.nextInt(3);
      int dilation = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 1;
      return new WindowAxis(kernel, stride, random.nextInt(kernel + 1), dilation);
    }

    boolean transposed() {
      return outputPadding >= 0;
    }

    private boolean exists() {
      return transposed()
          ? window.h().input(h) >= 1 && window.w().input(w) >= 1
          : window.h().output(h) >= 1 && window.w().output(w) >= 1;
    }

    Shape weight() {
      int first = transposed() ? inputs : outputs;
      int second = (transposed() ? outputs : inputs) / groups;
      return Shape.of(first, second, window.h().kernel(), window.w().kernel());
    }

    /** The sum of y's squares and a bias, and its gradients. */
    Graph graph() {
      Graph graph = new Graph("convolution", 1);
      Value x = input(graph, "x", Shape.of(samples, inputs, h, w));
      Value weight = input(graph, "weight", weight());
      Value bias = input(graph, "bias", Shape.of(outputs));
      Value product =
          transposed()
              ? Ops.convTranspose2d(x, weight, window, groups, outputPadding)
              : Ops.conv2d(x, weight, window, groups);
      Value y = Ops.add(product, Ops.reshape(bias, outputs, 1, 1));
      List<Value> by = List.of(x, weight, bias);
      List<Value> gradients = Differentiator.gradients(Ops.sum(Ops.square(y)), by);
      graph.output("y", y);
      graph.output("by x", gradients.get(0));
      graph.output("by weight", gradients.get(1));
      graph.output("by bias", gradients.get(2));
      return graph;
    }

    private static Value input(Graph graph, String name, Shape shape) {
      return Input.of(graph, name, new TensorType(DType.F32, shape));
    }
  }

  @TestFactory
  Stream<DynamicTest> agreesWithTheReference() {
    return Devices.all().stream()
        .filter(device -> !device.equals("reference"))
        .flatMap(
            device ->
                IntStream.range(0, device.equals("cuda") ? COUNT / 3 : COUNT)
                    .mapToObj(
                        seed -> {
                          Convolution drawn = Convolution.random(new Random(seed));
                          return DynamicTest.dynamicTest(
                              device + " " + seed + ": " + drawn, () -> check(device, drawn));
                        }));
  }

  private static void check(String device, Convolution drawn) {
    Graph graph = drawn.graph();
    Map<String, HostTensor> inputs = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Input input) {
        inputs.put(
            input.inputName(), Samples.normal(node.output(0).type(), input.inputName().length()));
      }
    }
    LayerTest.requireNear(
        Compiled.once(graph, DEVICES.reference(), CompileOptions.DEFAULT, inputs),
        Compiled.once(graph, DEVICES.get(device), CompileOptions.DEFAULT, inputs),
        1e-5);
  }
}
