package dev.merapi.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Sequential;
import dev.merapi.nn.layer.AvgPool2d;
import dev.merapi.nn.layer.BatchNorm;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.ConvTranspose2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.DepthwiseConv2d;
import dev.merapi.nn.layer.Flatten;
import dev.merapi.nn.layer.Gelu;
import dev.merapi.nn.layer.GlobalAvgPool2d;
import dev.merapi.nn.layer.GroupNorm;
import dev.merapi.nn.layer.InstanceNorm;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Parallel;
import dev.merapi.nn.layer.PreLu;
import dev.merapi.nn.layer.Relu;
import dev.merapi.nn.layer.Residual;
import dev.merapi.nn.layer.Selu;
import dev.merapi.nn.layer.Subsampling2d;
import dev.merapi.nn.layer.Upsample2d;
import dev.merapi.nn.layer.ZeroPad2d;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * On the cpu images keep their channels last through the layers that stand between convolutions.
 */
class ChannelsLastTest {
  static List<Layer> layers() {
    return List.of(
        new AvgPool2d(2),
        new BatchNorm(),
        new ConvTranspose2d(8, 3).stride(2),
        new DepthwiseConv2d(3),
        new Gelu(),
        new GroupNorm(2),
        new InstanceNorm().affine(true),
        new MaxPool2d(3).stride(2),
        new Parallel(new Conv2d(4, 1), new Conv2d(6, 3).padding(1)),
        new PreLu().perChannel(true),
        new Relu(),
        new Residual(new Conv2d(8, 3).padding(1)),
        new Selu(),
        new Subsampling2d(2),
        new Upsample2d(),
        new ZeroPad2d(List.of(1)));
  }

  /** Only the images that enter, what leaves at the end, and the gradient that enters there. */
  @ParameterizedTest
  @MethodSource("layers")
  void chainsAreNotTransposedInside(Layer layer) {
    Sequential chain =
        Sequential.of(new Conv2d(8, 3), layer, new Conv2d(5, 3), new Flatten(), new Dense(3));
    assertThat(transpositions(chain)).isLessThanOrEqualTo(3);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void globalPoolsEndAChain(Layer layer) {
    Sequential chain =
        Sequential.of(new Conv2d(8, 3), layer, new Conv2d(5, 3), new GlobalAvgPool2d());
    assertThat(transpositions(chain)).isLessThanOrEqualTo(1);
  }

  private static long transpositions(Layer layer) {
    Graph graph = new Graph("chain", 1);
    Net net = new Net(graph, DType.F32, true);
    Value y = net.apply("it", layer, Input.of(graph, "x", TensorType.f32(2, 3, 12, 12)));
    List<Value> gradients = Differentiator.gradients(Ops.sum(Ops.square(y)), net.parameters());
    for (int i = 0; i < gradients.size(); i++) {
      graph.output("g" + i, gradients.get(i));
    }
    List<VariableSpec> variables = new ArrayList<>(net.variables());
    variables.addAll(VariableSpec.controlBlock());
    try (Devices devices = new Devices();
        Compiled compiled =
            new Compiled(graph, devices.get("cpu"), CompileOptions.DEFAULT, variables)) {
      return compiled.kernels().stream().filter("cpu.transpose"::equals).count();
    }
  }
}
