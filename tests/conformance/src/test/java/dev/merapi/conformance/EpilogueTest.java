package dev.merapi.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.runtime.CompileOptions;
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
import org.junit.jupiter.api.TestFactory;

/**
 * Layers with bias, residual and ReLU, forward and backward: backends may make one kernel of each,
 * and one of the gradients of a weight and its bias.
 */
class EpilogueTest {
  private static final Devices DEVICES = new Devices();
  private static final Tolerance CLOSE = new Tolerance(256);

  @AfterAll
  static void close() {
    DEVICES.close();
  }

  /** What follows a product and its bias, and how large it is. */
  private record Shapes(boolean residual, boolean relu, int rows, int inner, int columns) {}

  private static List<Shapes> shapes() {
    List<Shapes> all = new ArrayList<>();
    for (boolean residual : new boolean[] {false, true}) {
      for (boolean relu : new boolean[] {false, true}) {
        all.add(new Shapes(residual, relu, 5, 7, 3));
        all.add(new Shapes(residual, relu, 1, 4, 6));
        all.add(new Shapes(residual, relu, 6, 1, 1));
        all.add(new Shapes(residual, relu, 33, 18, 65));
      }
    }
    return all;
  }

  /** A layer and its loss, of inputs that are all differentiated by. */
  private static final class Layer {
    final Graph graph = new Graph("layer", 1);
    final Map<String, HostTensor> data = new LinkedHashMap<>();
    private final List<Value> inputs = new ArrayList<>();
    private final Random random = new Random(3);

    Value input(String name, int... dims) {
      TensorType type = new TensorType(DType.F32, Shape.of(dims));
      data.put(name, HostTensor.of(type, random.doubles(type.shape().elements(), -1, 1).toArray()));
      Value input = Input.of(graph, name, type);
      inputs.add(input);
      return input;
    }

    Layer end(Value biased, Shapes s) {
      Value y =
          s.residual() ? Ops.add(biased, input("residual", biased.shape().toArray())) : biased;
      y = s.relu() ? Ops.relu(y) : y;
      graph.output("y", y);
      List<Value> gradients = Differentiator.gradients(Ops.sum(Ops.mul(y, y)), inputs);
      for (int i = 0; i < inputs.size(); i++) {
        graph.output("gradient " + i, gradients.get(i));
      }
      return this;
    }
  }

  private static Layer dense(Shapes s, boolean transposeA, boolean transposeB) {
    Layer layer = new Layer();
    Value x =
        transposeA ? layer.input("x", s.inner(), s.rows()) : layer.input("x", s.rows(), s.inner());
    Value w =
        transposeB
            ? layer.input("w", s.columns(), s.inner())
            : layer.input("w", s.inner(), s.columns());
    Value product = Ops.matMul(x, w, transposeA, transposeB);
    return layer.end(Ops.add(product, layer.input("b", s.columns())), s);
  }

  private static Layer convolution(Shapes s, int groups) {
    Layer layer = new Layer();
    Value x = layer.input("x", 2, 2 * groups, 1 + s.rows() % 9, 7);
    Value w = layer.input("w", groups * s.columns(), 2, 3, 3);
    Value y = Ops.conv2d(x, w, Window2d.square(3, 2, 1), groups);
    Value bias = Ops.reshape(layer.input("b", groups * s.columns()), groups * s.columns(), 1, 1);
    return layer.end(Ops.add(bias, y), s);
  }

  private static Map<String, Layer> layers() {
    Map<String, Layer> layers = new LinkedHashMap<>();
    for (Shapes s : shapes()) {
      layers.put("dense " + s, dense(s, false, true));
      layers.put("dense, x by columns " + s, dense(s, true, false));
      layers.put("convolution " + s, convolution(s, 1));
      layers.put("grouped convolution " + s, convolution(s, 2));
    }
    return layers;
  }

  @TestFactory
  Stream<DynamicTest> agreesWithTheReference() {
    return Devices.found().stream()
        .flatMap(
            device ->
                layers().entrySet().stream()
                    .map(
                        layer ->
                            DynamicTest.dynamicTest(
                                device + ": " + layer.getKey(),
                                () -> compare(layer.getValue(), device))));
  }

  private static void compare(Layer layer, String device) {
    Map<String, HostTensor> expected =
        Compiled.once(layer.graph, DEVICES.reference(), CompileOptions.DEFAULT, layer.data);
    for (boolean fuse : new boolean[] {true, false}) {
      CompileOptions options = CompileOptions.DEFAULT.fuse(fuse);
      try (Compiled compiled = new Compiled(layer.graph, DEVICES.get(device), options)) {
        Map<String, HostTensor> first = compiled.run(layer.data);
        Samples.requireNear(expected, first, CLOSE);
        for (int replay = 0; replay < 2; replay++) {
          Samples.requireNear(first, compiled.run(layer.data), Tolerance.EXACT);
        }
      }
    }
  }

  /** Who has kernels for whole layers uses them; which ones CUDA's own libraries have they say. */
  @TestFactory
  Stream<DynamicTest> aLayerIsOneKernel() {
    return Stream.of("cpu", "cuda")
        .filter(d -> d.equals("cpu") || System.getProperty("merapi.cuda.standIn") != null)
        .map(
            device ->
                DynamicTest.dynamicTest(
                    device,
                    () -> {
                      Shapes s = new Shapes(true, true, 5, 7, 3);
                      assertThat(kernels(dense(s, false, true), device))
                          .anyMatch(name -> name.contains(".matMulWithBias"))
                          .anyMatch(name -> name.contains(".weightAndBiasGrad"));
                      assertThat(kernels(convolution(s, 1), device))
                          .anyMatch(name -> name.contains(".convolutionWithBias"));
                    }));
  }

  private static List<String> kernels(Layer layer, String device) {
    try (Compiled compiled =
        new Compiled(layer.graph, DEVICES.get(device), CompileOptions.DEFAULT)) {
      return compiled.kernels();
    }
  }
}
