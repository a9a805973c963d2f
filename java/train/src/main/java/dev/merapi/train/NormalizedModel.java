package dev.merapi.train;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Layer;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.init.Ones;
import dev.merapi.nn.init.Zeros;
import dev.merapi.train.data.normalize.Normalizer;
import java.util.Arrays;
import java.util.List;

/**
 * A model behind y = (x - mean) scale, for each channel or feature of its first input and of the
 * others of the same type. The buffers {@code normalizer.mean} and {@code normalizer.scale}, at
 * first 0 and 1, are set once before a training and are saved with the weights.
 */
record NormalizedModel(Layer model) implements MultiLayer {
  private static final String NAME = "normalizer";
  private static final String MEAN = "mean";
  private static final String SCALE = "scale";

  /** Sets the buffers to what was fitted to training data. */
  static void set(StateStore store, Normalizer.Scaling scaling) {
    set(store, MEAN, scaling.mean());
    set(store, SCALE, scaling.scale());
  }

  private static void set(StateStore store, String buffer, HostTensor value) {
    String path = NAME + "." + buffer;
    store.set(path, value.to(store.type(path).dtype()));
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    List<Value> normalized =
        inputs.stream()
            .map(x -> x.type().equals(inputs.get(0).type()) ? net.apply(NAME, new Scale(), x) : x)
            .toList();
    return model.build(net, normalized);
  }

  private record Scale() implements Layer {
    @Override
    public Value build(Net net, Value x) {
      GraphException.check(
          x.dtype().isFloating() && x.shape().rank() >= 2,
          "normalizer: expected rows [N, F] or images [N, C, H, W] of numbers, found %s",
          x.type());
      int features = x.shape().dim(1);
      int[] dims = new int[x.shape().rank() - 1];
      Arrays.fill(dims, 1);
      dims[0] = features;
      Value mean = net.buffer(MEAN, Shape.of(features), new Zeros());
      Value scale = net.buffer(SCALE, Shape.of(features), new Ones());
      return Ops.mul(Ops.sub(x, Ops.reshape(mean, dims)), Ops.reshape(scale, dims));
    }
  }
}
