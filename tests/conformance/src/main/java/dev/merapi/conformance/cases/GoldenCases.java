package dev.merapi.conformance.cases;

import dev.merapi.conformance.Golden;
import dev.merapi.conformance.NdArray;
import dev.merapi.conformance.OpCase;
import dev.merapi.conformance.Sampler;
import dev.merapi.conformance.Tolerance;
import dev.merapi.core.graph.Op;
import dev.merapi.core.op.elementwise.Elu;
import dev.merapi.core.op.elementwise.Gelu;
import dev.merapi.core.op.elementwise.LeakyRelu;
import dev.merapi.core.op.elementwise.Relu;
import dev.merapi.core.op.elementwise.Silu;
import dev.merapi.core.op.elementwise.Unary;
import dev.merapi.core.op.normalization.BatchNorm;
import dev.merapi.core.op.normalization.BatchNormGrad;
import dev.merapi.core.op.normalization.LayerNorm;
import dev.merapi.core.op.normalization.LayerNormGrad;
import dev.merapi.core.op.normalization.LocalResponseNorm;
import dev.merapi.core.op.normalization.LocalResponseNormGrad;
import dev.merapi.core.op.normalization.LogSoftmax;
import dev.merapi.core.op.normalization.Softmax;
import dev.merapi.core.op.normalization.SoftmaxCrossEntropy;
import dev.merapi.core.op.window.AvgPool2d;
import dev.merapi.core.op.window.AvgPool2dGrad;
import dev.merapi.core.op.window.Conv2d;
import dev.merapi.core.op.window.Conv2dGradFilter;
import dev.merapi.core.op.window.Conv2dGradInput;
import dev.merapi.core.op.window.MaxPool2d;
import dev.merapi.core.op.window.MaxPool2dGrad;
import dev.merapi.core.op.window.Window2d;
import dev.merapi.core.scalar.UnaryFunction;
import dev.merapi.core.tensor.DType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What PyTorch gives, where libraries differ: that is the definition Merapi follows. */
public final class GoldenCases {
  private GoldenCases() {}

  public static List<OpCase> all() {
    Map<String, Golden> golden = Golden.read("golden/pytorch.txt");
    Map<String, Op> ops = ops();
    if (!golden.keySet().equals(ops.keySet())) {
      throw new IllegalStateException("golden " + golden.keySet() + ", ops " + ops.keySet());
    }
    List<OpCase> cases = new ArrayList<>();
    ops.forEach((name, op) -> cases.add(golden(name, op, golden.get(name))));
    return cases;
  }

  private static OpCase golden(String name, Op op, Golden golden) {
    OpCase.Builder builder = OpCase.of(op).tolerance(new Tolerance(64)).forwardOnly();
    for (int i = 0; i < golden.inputs().size(); i++) {
      NdArray in = golden.inputs().get(i);
      boolean labels = op instanceof SoftmaxCrossEntropy && i == 1;
      builder.input(
          Sampler.values(in.values()), labels ? DType.I32 : DType.F32, in.shape().toArray());
    }
    return builder.expectAll("as PyTorch: " + name, in -> golden.outputs());
  }

  private static Map<String, Op> ops() {
    Map<String, Op> ops = new LinkedHashMap<>();
    ops.put("relu", new Relu());
    ops.put("leakyRelu 0.1", new LeakyRelu(0.1));
    ops.put("elu 0.5", new Elu(0.5));
    ops.put("gelu", new Gelu());
    ops.put("silu", new Silu());
    ops.put("softplus", new Unary(UnaryFunction.SOFTPLUS));
    ops.put("sigmoid", new Unary(UnaryFunction.SIGMOID));
    ops.put("erf", new Unary(UnaryFunction.ERF));
    ops.put("softmax", new Softmax(1));
    ops.put("logSoftmax", new LogSoftmax(1));
    ops.put("softmaxCrossEntropy", new SoftmaxCrossEntropy());
    Window2d oblong = Window2d.of(3, 2).stride(2, 1).padding(1, 2).dilation(1, 2);
    putConvolution(ops, "conv2d", new Conv2d(oblong, 1));
    putConvolution(ops, "conv2d 2 groups", new Conv2d(Window2d.square(3, 1, 1), 2));
    Window2d window = Window2d.of(3, 2).stride(2, 1).padding(1, 1);
    ops.put("maxPool2d", new MaxPool2d(window));
    ops.put("maxPool2d grad", new MaxPool2dGrad(window));
    ops.put("avgPool2d", new AvgPool2d(window));
    ops.put("avgPool2d grad", new AvgPool2dGrad(window, 6, 7));
    ops.put("batchNorm", new BatchNorm(1e-3));
    ops.put("batchNorm grad", new BatchNormGrad());
    ops.put("layerNorm", new LayerNorm(2, 1e-3));
    ops.put("layerNorm grad", new LayerNormGrad(2));
    for (int size : new int[] {5, 4}) {
      LocalResponseNorm op = new LocalResponseNorm(size, 0.5, 0.75, 1.5);
      ops.put("localResponseNorm " + size, op);
      ops.put("localResponseNorm " + size + " grad", new LocalResponseNormGrad(op));
    }
    return ops;
  }

  private static void putConvolution(Map<String, Op> ops, String name, Conv2d op) {
    ops.put(name, op);
    ops.put(name + " gradInput", new Conv2dGradInput(op, 6, 5));
    ops.put(name + " gradFilter", new Conv2dGradFilter(op));
  }
}
