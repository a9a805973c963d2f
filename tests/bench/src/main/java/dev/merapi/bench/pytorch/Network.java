package dev.merapi.bench.pytorch;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.Conv2dImpl;
import org.bytedeco.pytorch.Conv2dOptions;
import org.bytedeco.pytorch.LSTMImpl;
import org.bytedeco.pytorch.LSTMOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** PyTorch's modules and functions, one after the other. */
final class Network {
  private final TensorVector parameters = new TensorVector();
  private final List<UnaryOperator<Tensor>> layers = new ArrayList<>();

  /** A square window, zero padding, a bias. */
  Network conv2d(int inChannels, int outChannels, int kernel, int stride, int padding) {
    Conv2dOptions options = new Conv2dOptions(inChannels, outChannels, pair(kernel));
    options.stride().put(pair(stride));
    options.padding().put(pair(padding));
    Conv2dImpl conv = register(new Conv2dImpl(options));
    return then(conv::forward);
  }

  Network linear(int in, int out) {
    LinearImpl linear = register(new LinearImpl(in, out));
    return then(linear::forward);
  }

  /** Time-major, from zero states; gives the last layer's output at each step. */
  Network lstm(int in, int hidden, int stacked) {
    LSTMOptions options = new LSTMOptions(in, hidden);
    options.num_layers().put(stacked);
    LSTMImpl lstm = register(new LSTMImpl(options));
    return then(x -> lstm.forward(x).get0());
  }

  /** In place, as in torchvision's models: the faster and smaller of the two. */
  Network relu() {
    return then(Tensor::relu_);
  }

  Network maxPool2d(int kernel, int stride) {
    long[] window = {kernel, kernel};
    long[] strides = {stride, stride};
    long[] padding = {0, 0};
    long[] dilation = {1, 1};
    return then(x -> torch.max_pool2d(x, window, strides, padding, dilation, false));
  }

  /** Joins the axes from one to another. */
  Network flatten(int from, int to) {
    return then(x -> x.flatten(from, to));
  }

  private Network then(UnaryOperator<Tensor> layer) {
    layers.add(layer);
    return this;
  }

  private <M extends Module> M register(M module) {
    TensorVector own = module.parameters();
    for (long i = 0; i < own.size(); i++) {
      parameters.push_back(own.get(i));
    }
    return module;
  }

  private static LongPointer pair(long value) {
    return new LongPointer(new long[] {value, value});
  }

  Tensor forward(Tensor x) {
    Tensor y = x;
    for (UnaryOperator<Tensor> layer : layers) {
      y = layer.apply(y);
    }
    return y;
  }

  TensorVector parameters() {
    return parameters;
  }

  /** The number of trainable scalars. */
  long elements() {
    long elements = 0;
    for (long i = 0; i < parameters.size(); i++) {
      elements += parameters.get(i).numel();
    }
    return elements;
  }
}
