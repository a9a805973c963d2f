package dev.merapi.explain;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.elementwise.Relu;
import dev.merapi.core.op.movement.Reshape;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.runtime.VariableSpec;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Net;
import dev.merapi.train.data.Batch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How activations, gradients and weights are spread over a model's layers.
 *
 * <p>A gradient by a layer's output is that of a sample's own loss, and a norm is the root mean
 * square over the samples: sqrt(mean over n of |x_n|^2). A gradient by a parameter is that of a
 * batch's mean loss, its norm the root mean square over the batches. A unit of a ReLU is dead when
 * it is 0 for every sample looked at: a channel of [N, C, H, W], else a number of a sample's
 * output.
 *
 * <p>The gradient has vanished when its norm at the output of the first layer with weights is below
 * {@link #VANISHING} of that at the output of the last one that it reaches, and explodes above
 * {@link #EXPLODING}: on the way back each layer multiplies it by its Jacobian, and 1/1000 is what
 * five sigmoids leave of it at their steepest, 1/4 each. Source: Glorot and Bengio, AISTATS 2010;
 * Hochreiter, diploma thesis, TU München, 1991.
 *
 * @param samples how many were looked at
 * @param layers in the order of {@link Probe#layers}
 * @param parameters in the model's order
 */
public record LayerStatistics(int samples, List<Layer> layers, List<Parameter> parameters) {
  /** The ratio of the first to the last layer's gradient below which it counts as vanished. */
  public static final double VANISHING = 1e-3;

  /** The ratio of the first to the last layer's gradient above which it counts as exploding. */
  public static final double EXPLODING = 1e3;

  /**
   * A layer.
   *
   * @param path its name within the model
   * @param type its class
   * @param output the shape of its output for one batch, whose samples are N
   * @param activations its outputs
   * @param activationNorm of one sample's
   * @param gradients of a sample's loss by its outputs
   * @param gradientNorm of one sample's
   * @param weights whether it has parameters
   * @param units of a ReLU; 0 for any other layer
   * @param deadUnits that are 0 for all samples
   */
  public record Layer(
      String path,
      String type,
      Shape output,
      Moments activations,
      double activationNorm,
      Moments gradients,
      double gradientNorm,
      boolean weights,
      int units,
      int deadUnits) {}

  /**
   * A parameter.
   *
   * @param path its name
   * @param values as they are
   * @param gradients of a batch's loss by them
   * @param gradientNorm of one batch's
   */
  public record Parameter(String path, Moments values, Moments gradients, double gradientNorm) {}

  public LayerStatistics {
    layers = List.copyOf(layers);
    parameters = List.copyOf(parameters);
  }

  /**
   * Looks at some samples.
   *
   * @throws dev.merapi.core.graph.GraphException when the loss does not fit the targets
   */
  public static LayerStatistics of(Probe probe, Samples samples) {
    Sums sums = new Sums(probe);
    int batches = 0;
    for (int from = 0; from < samples.size(); from += probe.config().batch(), batches++) {
      int size = Math.min(probe.config().batch(), samples.size() - from);
      Batch batch = samples.slice(from, size).batch();
      List<TensorType> types = batch.targetTensors().stream().map(HostTensor::type).toList();
      Map<String, HostTensor> inputs = BuiltModel.named(BuiltModel.INPUTS, batch.inputTensors());
      inputs.putAll(BuiltModel.named(BuiltModel.TARGETS, batch.targetTensors()));
      sums.add(size, probe.run("statistics", size, inputs, built -> outputs(built, types)));
    }
    return sums.result(samples.size(), batches);
  }

  private static Map<String, Value> outputs(BuiltModel graph, List<TensorType> targets) {
    List<Value> by = new ArrayList<>();
    graph.layers().values().forEach(layer -> by.add(layer.output()));
    by.addAll(graph.net().parameters());
    List<Value> gradients = Differentiator.gradients(graph.loss(targets), by);
    Map<String, Value> outputs = new LinkedHashMap<>();
    int i = 0;
    for (Map.Entry<String, Net.Built> layer : graph.layers().entrySet()) {
      Value output = layer.getValue().output();
      describe(outputs, "output " + layer.getKey(), output);
      describe(outputs, "gradient " + layer.getKey(), gradients.get(i++));
      if (isRelu(output)) {
        outputs.put("units " + layer.getKey(), unitZeros(output));
      }
    }
    for (String path : VariableSpec.paths(graph.net().variables(), Net.PARAMETERS)) {
      describe(outputs, "parameter " + path, gradients.get(i++));
    }
    return outputs;
  }

  /** Mean, sum of squared distances and number of zeros, computed on the device. */
  private static void describe(Map<String, Value> outputs, String name, Value x) {
    Value mean = Ops.mean(x);
    outputs.put(name + " mean", mean);
    outputs.put(name + " m2", Ops.sum(Ops.square(Ops.sub(x, mean))));
    outputs.put(name + " zeros", Ops.sum(isZero(x)));
  }

  private static Value isZero(Value x) {
    return Ops.equal(x, Constant.scalar(x.graph(), x.dtype(), 0));
  }

  private static Value unitZeros(Value x) {
    return x.shape().rank() == 4 ? Ops.sum(isZero(x), 0, 2, 3) : Ops.sum(isZero(x), 0);
  }

  private static boolean isRelu(Value value) {
    return value.op() instanceof Relu
        || value.op() instanceof Reshape && isRelu(value.node().inputs().get(0));
  }

  /** The first layer that has weights; the first one where none has. */
  private Layer first() {
    return layers.stream().filter(Layer::weights).findFirst().orElse(layers.get(0));
  }

  /**
   * The last layer with weights that the gradient reaches: a head of the training alone has none.
   */
  private Layer last() {
    return layers.stream()
        .filter(layer -> layer.weights() && layer.gradientNorm() != 0)
        .reduce((before, after) -> after)
        .orElse(layers.get(layers.size() - 1));
  }

  /** The ratio of the gradients' norms at the outputs of the first and last layer with weights. */
  public double gradientRatio() {
    return layers.isEmpty() ? Double.NaN : first().gradientNorm() / last().gradientNorm();
  }

  /** The share of all ReLU units that are dead, from 0 to 1; NaN without ReLUs. */
  public double shareOfDeadUnits() {
    double units = layers.stream().mapToInt(Layer::units).sum();
    return layers.stream().mapToInt(Layer::deadUnits).sum() / units;
  }

  /** What is wrong with the gradients, in one sentence each; usually nothing. */
  public List<String> warnings() {
    if (layers.isEmpty()) {
      return List.of();
    }
    Layer first = first();
    Layer last = last();
    String ratio =
        "its norm is %.3g at the output of %s and %.3g at that of %s, a ratio of %.3g"
            .formatted(
                first.gradientNorm(),
                first.path(),
                last.gradientNorm(),
                last.path(),
                gradientRatio());
    if (!Double.isFinite(first.gradientNorm())) {
      return List.of("the gradient explodes: " + ratio);
    }
    if (last.gradientNorm() == 0) {
      return List.of("there is no gradient at all: the loss depends on no output of the model");
    }
    if (gradientRatio() < VANISHING) {
      return List.of("the gradient vanishes: %s, below %s".formatted(ratio, VANISHING));
    }
    return gradientRatio() > EXPLODING
        ? List.of("the gradient explodes: %s, above %s".formatted(ratio, EXPLODING))
        : List.of();
  }

  /** What was found so far. */
  private static final class Sums {
    private final Probe probe;
    private final Map<String, Moments> moments = new LinkedHashMap<>();
    private final Map<String, double[]> unitZeros = new LinkedHashMap<>();
    private final Map<String, Double> squares = new LinkedHashMap<>();

    Sums(Probe probe) {
      this.probe = probe;
    }

    void add(int size, Map<String, HostTensor> found) {
      for (String path : probe.layers()) {
        long elements = (long) probe.layer(path).output().shape().elements() * size;
        add("output " + path, elements, 1, found);
        // the mean over the batch had divided each sample's gradient by the batch's size
        add("gradient " + path, elements, size, found);
        HostTensor zeros = found.get("units " + path);
        if (zeros != null) {
          double[] sum = unitZeros.computeIfAbsent(path, key -> new double[zeros.elements()]);
          for (int i = 0; i < sum.length; i++) {
            sum[i] += zeros.get(i);
          }
        }
      }
      for (String path : probe.parameters()) {
        add("parameter " + path, probe.weight(path).elements(), 1, found);
      }
    }

    private void add(String name, long elements, double factor, Map<String, HostTensor> found) {
      double mean = found.get(name + " mean").item();
      double m2 = found.get(name + " m2").item();
      long zeros = (long) found.get(name + " zeros").item();
      Moments part = new Moments(elements, mean, m2, zeros).times(factor);
      moments.merge(name, part, Moments::merge);
      squares.merge(name, part.norm() * part.norm(), Double::sum);
    }

    private double norm(String name, int parts) {
      return Math.sqrt(squares.get(name) / parts);
    }

    LayerStatistics result(int samples, int batches) {
      List<Layer> layers = new ArrayList<>();
      for (String path : probe.layers()) {
        Net.Built built = probe.layer(path);
        double[] zeros = unitZeros.getOrDefault(path, new double[0]);
        Moments activations = moments.get("output " + path);
        double all = zeros.length == 0 ? 0 : (double) activations.count() / zeros.length;
        int dead = 0;
        for (double unit : zeros) {
          dead += unit == all ? 1 : 0;
        }
        layers.add(
            new Layer(
                path,
                built.layer().getClass().getSimpleName(),
                built.output().shape(),
                activations,
                norm("output " + path, samples),
                moments.get("gradient " + path),
                norm("gradient " + path, samples),
                probe.hasWeights(path),
                zeros.length,
                dead));
      }
      List<Parameter> parameters = new ArrayList<>();
      for (String path : probe.parameters()) {
        String name = "parameter " + path;
        Moments values = Moments.of(probe.weight(path));
        parameters.add(new Parameter(path, values, moments.get(name), norm(name, batches)));
      }
      return new LayerStatistics(samples, layers, parameters);
    }
  }
}
