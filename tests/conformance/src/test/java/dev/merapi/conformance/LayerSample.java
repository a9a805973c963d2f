package dev.merapi.conformance;

import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Net;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A layer with certain options, and an input that its gradients can be checked at.
 *
 * @param sampler the input's elements, away from kinks
 * @param type the input's type; F32 stands for the element type that a check runs in
 */
record LayerSample(Layer layer, Sampler sampler, TensorType type) {
  /** On normal numbers. */
  static LayerSample of(Layer layer, int... dims) {
    return of(layer, Sampler.normal(), dims);
  }

  static LayerSample of(Layer layer, Sampler sampler, int... dims) {
    return new LayerSample(layer, sampler, new TensorType(DType.F32, Shape.of(dims)));
  }

  /** On whole numbers below a bound. */
  static LayerSample ofIndices(Layer layer, int bound, int... dims) {
    TensorType type = new TensorType(DType.I32, Shape.of(dims));
    return new LayerSample(layer, Sampler.integers(0, bound), type);
  }

  /** On sequences of these lengths, looking at one of the layer's outputs. */
  static LayerSample ofLengths(Layer layer, List<Integer> lengths, String output, int... dims) {
    return of(new OfLengths(layer, lengths, output), dims);
  }

  /** A layer whose last input is the lengths. */
  record OfLengths(Layer layer, List<Integer> lengths, String output) implements Layer {
    @Override
    public Value build(Net net, Value x) {
      int[] known = lengths.stream().mapToInt(i -> i).toArray();
      return net.apply("it", layer, List.of(x, LayerSample.lengths(x.graph(), known))).get(output);
    }
  }

  /** Lengths as a value I32 [N]. */
  static Value lengths(Graph graph, int... lengths) {
    TensorType one = new TensorType(DType.I32, Shape.of(1));
    return Ops.concat(
        0, IntStream.of(lengths).mapToObj(i -> Constant.of(graph, one, i)).toArray(Value[]::new));
  }

  TensorType type(DType dtype) {
    return type.dtype() == DType.F32 ? type.withDType(dtype) : type;
  }

  @Override
  public String toString() {
    return layer + " on " + type.shape();
  }
}
