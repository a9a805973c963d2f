package dev.merapi.conformance;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.layer.AdditiveAttention;
import dev.merapi.nn.layer.AvgPool1d;
import dev.merapi.nn.layer.BatchNorm;
import dev.merapi.nn.layer.Conv1d;
import dev.merapi.nn.layer.Conv2d;
import dev.merapi.nn.layer.ConvTranspose2d;
import dev.merapi.nn.layer.Dense;
import dev.merapi.nn.layer.DepthwiseConv2d;
import dev.merapi.nn.layer.DotAttention;
import dev.merapi.nn.layer.Elu;
import dev.merapi.nn.layer.Gelu;
import dev.merapi.nn.layer.GlobalAvgPool1d;
import dev.merapi.nn.layer.GlobalAvgPool2d;
import dev.merapi.nn.layer.GlobalMaxPool1d;
import dev.merapi.nn.layer.GlobalMaxPool2d;
import dev.merapi.nn.layer.GroupNorm;
import dev.merapi.nn.layer.Gru;
import dev.merapi.nn.layer.InstanceNorm;
import dev.merapi.nn.layer.LayerNorm;
import dev.merapi.nn.layer.LeakyRelu;
import dev.merapi.nn.layer.LocalResponseNorm;
import dev.merapi.nn.layer.LocallyConnected;
import dev.merapi.nn.layer.Lstm;
import dev.merapi.nn.layer.MaxPool1d;
import dev.merapi.nn.layer.MaxPool2d;
import dev.merapi.nn.layer.Maxout;
import dev.merapi.nn.layer.MultiHeadAttention;
import dev.merapi.nn.layer.PeepholeLstm;
import dev.merapi.nn.layer.PositionalEncoding;
import dev.merapi.nn.layer.PreLu;
import dev.merapi.nn.layer.Rnn;
import dev.merapi.nn.layer.Selu;
import dev.merapi.nn.layer.Silu;
import dev.merapi.nn.layer.Softmax;
import dev.merapi.nn.layer.Softplus;
import dev.merapi.nn.layer.Subsampling2d;
import dev.merapi.nn.layer.Upsample2d;
import dev.merapi.nn.layer.ZeroPad2d;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Layers give what PyTorch's modules give, gradients included, on every device. */
class LayerGoldenTest {
  private static final Devices DEVICES = new Devices();
  private static final Map<String, Golden> GOLDEN = Golden.read("golden/pytorch-layers.txt");

  /** The layers by the names that the generator gives to PyTorch's. */
  private static final Map<String, Layer> LAYERS =
      Map.ofEntries(
          entry("dense", new Dense(4)),
          entry("conv1d", new Conv1d(6, 3).stride(2).padding(2).dilation(2).groups(2)),
          entry("conv2d 1x1", new Conv2d(4, 1)),
          entry("conv2d groups", new Conv2d(6, 3).stride(2).padding(1).groups(2)),
          entry("depthwiseConv2d", new DepthwiseConv2d(3).multiplier(2).stride(2).padding(1)),
          entry("convTranspose2d", new ConvTranspose2d(4, 3)),
          entry(
              "convTranspose2d outputPadding",
              new ConvTranspose2d(6, 3).stride(2).padding(1).outputPadding(1).groups(2)),
          entry(
              "convTranspose2d dilated",
              new ConvTranspose2d(3, 2).stride(3).outputPadding(2).dilation(2).bias(false)),
          entry("preLu", new PreLu()),
          entry("preLu perChannel", new PreLu().perChannel(true)),
          entry("selu", new Selu()),
          entry("elu", new Elu(0.5)),
          entry("leakyRelu", new LeakyRelu(0.02)),
          entry("gelu", new Gelu()),
          entry("silu", new Silu()),
          entry("softplus", new Softplus()),
          entry("softmax of channels", new Softmax(1)),
          entry("maxout", new Maxout(3)),
          entry("maxout of images", new Maxout()),
          entry("groupNorm", new GroupNorm(2).epsilon(1e-3)),
          entry("groupNorm of vectors", new GroupNorm(3)),
          entry("instanceNorm", new InstanceNorm()),
          entry("instanceNorm affine", new InstanceNorm().affine(true).epsilon(1e-3)),
          entry("layerNorm", new LayerNorm().axes(2)),
          entry("batchNorm", new BatchNorm()),
          entry("localResponseNorm", new LocalResponseNorm(3).alpha(0.5).k(2)),
          entry("maxPool1d", new MaxPool1d(3).stride(2).padding(1)),
          entry("avgPool1d", new AvgPool1d(3).stride(2).padding(1)),
          entry("maxPool2d overlapping", new MaxPool2d(3).stride(2)),
          entry("globalAvgPool2d", new GlobalAvgPool2d()),
          entry("globalMaxPool2d", new GlobalMaxPool2d()),
          entry("globalAvgPool1d", new GlobalAvgPool1d()),
          entry("globalMaxPool1d", new GlobalMaxPool1d()),
          entry("upsample2d", new Upsample2d(3)),
          entry("zeroPad2d", new ZeroPad2d(List.of(1, 0, 2, 3))),
          entry("subsampling2d", new Subsampling2d(2)),
          entry("multiHeadAttention", new MultiHeadAttention(2)),
          entry("multiHeadAttention causal", new MultiHeadAttention(3).causal(true).bias(false)),
          entry("multiHeadAttention packed", LayerGoldenTest::onOneKeyLess),
          entry("multiHeadAttention of lengths", LayerGoldenTest::onOtherKeys),
          entry("additiveAttention of lengths", LayerGoldenTest::additive),
          entry("dotAttention general", new DotAttention(true)),
          entry("positionalEncoding", new PositionalEncoding()),
          entry("lstm of lengths", ofLengths(new Lstm(2).layers(2).bidirectional(true), 4, 0)),
          entry("lstm from states", ofLengths(new Lstm(2).layers(2), 2, 2)),
          entry("gru of lengths", ofLengths(new Gru(2).bidirectional(true), 2, 1)),
          entry("rnn of lengths", ofLengths(new Rnn(2).bidirectional(true), 2, 1)),
          entry("peepholeLstm of lengths", ofLengths(new PeepholeLstm(2), 1, 2)),
          entry("locallyConnected", new LocallyConnected(4, 3).stride(2).padding(1)));

  private static Value onOneKeyLess(Net net, Value x) {
    Value keys = Ops.slice(x, List.of(0, 1, 0), List.of(2, 4, 6));
    return net.apply("attention", new MultiHeadAttention(2), List.of(x, keys)).first();
  }

  private static Value onOtherKeys(Net net, Value x) {
    Value keys = Ops.slice(x, List.of(0, 1, 0), List.of(2, 4, 5));
    Value values = Ops.slice(x, List.of(0, 0, 3), List.of(2, 3, 6));
    List<Value> inputs = List.of(x, keys, values, LayerSample.lengths(x.graph(), 3, 1));
    return net.apply("attention", new MultiHeadAttention(2), inputs).first();
  }

  private static Value additive(Net net, Value x) {
    Value keys = Ops.slice(x, List.of(0, 1, 0), List.of(2, 4, 5));
    Value values = Ops.slice(x, List.of(0, 0, 3), List.of(2, 3, 6));
    List<Value> inputs = List.of(x, keys, values, LayerSample.lengths(x.graph(), 2, 3));
    return net.apply("attention", new AdditiveAttention(4), inputs).first();
  }

  /** All outputs one behind the other, for sequences of lengths 4, 1 and 3. */
  private static Layer ofLengths(Layer layer, int rows, int states) {
    return (net, x) -> {
      List<Value> inputs = new ArrayList<>(List.of(x));
      for (int i = 0; i < states; i++) {
        inputs.add(Ops.slice(x, List.of(0, 0, i), List.of(rows, 3, i + 2)));
      }
      inputs.add(LayerSample.lengths(x.graph(), 4, 1, 3));
      Outputs outputs = net.apply("recurrent", layer, inputs);
      return Ops.concat(
          0,
          outputs.values().stream()
              .map(value -> Ops.reshape(value, value.shape().elements()))
              .toArray(Value[]::new));
    };
  }

  @AfterAll
  static void close() {
    DEVICES.close();
  }

  @Test
  void everyCaseHasItsLayer() {
    assertThat(LAYERS.keySet()).isEqualTo(GOLDEN.keySet());
  }

  @TestFactory
  Stream<DynamicTest> givesWhatPyTorchGives() {
    return Devices.found().stream()
        .flatMap(
            device ->
                LAYERS.keySet().stream()
                    .sorted()
                    .map(
                        name ->
                            DynamicTest.dynamicTest(
                                device + ": " + name, () -> check(device, name))));
  }

  private static void check(String device, String name) {
    DType dtype = device.equals("reference") ? DType.F64 : DType.F32;
    Golden golden = GOLDEN.get(name);
    List<HostTensor> inputs = golden.inputs().stream().map(array -> tensor(array, dtype)).toList();
    HostTensor x = inputs.get(0);
    try (BuiltLayer built =
        new BuiltLayer(LAYERS.get(name), x.type(), dtype, true, DEVICES.get(device))) {
      List<String> parameters = built.parameters();
      assertThat(inputs).hasSize(parameters.size() + 2);
      Map<String, HostTensor> expected = new LinkedHashMap<>();
      expected.put("y", tensor(golden.outputs().get(0), dtype));
      expected.put("by x", tensor(golden.outputs().get(1), dtype));
      for (int i = 0; i < parameters.size(); i++) {
        built.set(parameters.get(i), inputs.get(1 + i));
        expected.put("by " + parameters.get(i), tensor(golden.outputs().get(2 + i), dtype));
      }
      Map<String, HostTensor> found =
          new LinkedHashMap<>(built.run(x, inputs.get(inputs.size() - 1)));
      found.remove("loss");
      LayerTest.requireNear(expected, found, dtype == DType.F64 ? 1e-12 : 1e-5);
    }
  }

  private static HostTensor tensor(NdArray array, DType dtype) {
    return HostTensor.of(new TensorType(dtype, array.shape()), array.values());
  }
}
