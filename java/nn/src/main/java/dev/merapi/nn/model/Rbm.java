package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.source.Constant;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.EmbeddingModel;
import dev.merapi.nn.GenerativeModel;
import dev.merapi.nn.Model;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.ReconstructionModel;
import dev.merapi.nn.init.Initializer;
import dev.merapi.nn.init.Zeros;
import java.util.List;

/**
 * A restricted Boltzmann machine of binary units: visible ones v, which samples are put on, and
 * hidden ones h.
 *
 * <pre>
 * p(h = 1 | v) = sigmoid(W v + b), p(v = 1 | h) = sigmoid(W^T h + a)
 * F(v) = -a v - sum_j softplus(b_j + (W v)_j), p(v) ~ exp(-F(v))
 * </pre>
 *
 * <p>Outputs: {@code reconstruction} [N, ...inputShape], the probabilities of the visible units
 * given those of the hidden ones, and {@code freeEnergyDifference} [N], F(v) - F(v'), where the
 * Gibbs chain that begins with v comes to v' after some steps. Its loss is {@code
 * contrastiveDivergence}: v' counts as given, so that the gradient is what the data and the chain
 * say of W, a and b. Variables: {@code weight} [hidden, visible], {@code hiddenBias} [hidden],
 * {@code visibleBias} [visible]. Source: Hinton, "Training Products of Experts by Minimizing
 * Contrastive Divergence", Neural Computation 14(8), 2002; Hinton, "A Practical Guide to Training
 * Restricted Boltzmann Machines", 2010.
 *
 * @param inputShape the shape of one sample, of numbers from 0 to 1, which are taken as
 *     probabilities
 * @param hidden the number of hidden units
 * @param steps of the Gibbs chain in training, the k of CD-k
 * @param samplingSteps of the Gibbs chain that makes samples of noise
 * @param weightInit what the weight begins with; the hidden bias begins with zeros
 * @param visibleBiasInit what the visible bias begins with: best the log-odds of the data's mean,
 *     since the chain that makes samples may else rest where no hidden unit is on
 */
public record Rbm(
    @Default("[1, 28, 28]") Shape inputShape,
    @Default("256") int hidden,
    @Default("1") int steps,
    @Default("200") int samplingSteps,
    @Default("{normal: {std: 0.01}}") Initializer weightInit,
    @Default("zeros") Initializer visibleBiasInit)
    implements EmbeddingModel, GenerativeModel, ReconstructionModel, MultiLayer {
  /** What standard normal numbers exceed once in nine times: a sample's chain begins with these. */
  private static final double FEW = 1.2;

  public Rbm {
    GraphException.check(hidden > 0, "hidden must be at least 1, found %d", hidden);
    GraphException.check(steps > 0, "steps must be at least 1, found %d", steps);
    GraphException.check(
        samplingSteps > 0, "samplingSteps must be at least 1, found %d", samplingSteps);
  }

  /** The variables in a net. */
  private record Machine(Value weight, Value hiddenBias, Value visibleBias) {
    Value hidden(Value v) {
      return Ops.add(Ops.matMul(v, weight, false, true), hiddenBias);
    }

    Value hiddenProbability(Value v) {
      return Ops.sigmoid(hidden(v));
    }

    Value visibleProbability(Value h) {
      return Ops.sigmoid(Ops.add(Ops.matMul(h, weight), visibleBias));
    }

    Value freeEnergy(Value v) {
      Value hiddenPart = Ops.sum(Ops.softplus(hidden(v)), 1);
      return Ops.neg(Ops.add(Ops.sum(Ops.mul(v, visibleBias), 1), hiddenPart));
    }

    /** The visible units' probabilities after a step of the chain. */
    Value step(Value v) {
      return visibleProbability(drawn(hiddenProbability(v)));
    }
  }

  /** 1 with some probabilities, else 0. */
  private static Value drawn(Value probability) {
    Value uniform =
        Ops.randomUniform(probability.graph(), probability.shape(), probability.dtype());
    return Ops.less(uniform, probability);
  }

  private Machine machine(Net net) {
    int visible = inputShape.elements();
    return new Machine(
        net.parameter("weight", Shape.of(hidden, visible), weightInit),
        net.parameter("hiddenBias", Shape.of(hidden), new Zeros()),
        net.parameter("visibleBias", Shape.of(visible), visibleBiasInit));
  }

  private Value flat(Value x) {
    return Ops.reshape(x, x.shape().dim(0), inputShape.elements());
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    GraphException.check(inputs.size() == 1, "rbm: expected one input, found %d", inputs.size());
    Machine machine = machine(net);
    Value v = flat(inputs.get(0));
    Value chain = v;
    for (int i = 0; i < steps; i++) {
      chain = drawn(machine.step(chain));
    }
    Value difference = Ops.sub(machine.freeEnergy(v), machine.freeEnergy(Ops.stopGradient(chain)));
    return Outputs.of("reconstruction", reconstruct(machine, v))
        .and("freeEnergyDifference", difference);
  }

  private Value reconstruct(Machine machine, Value v) {
    Value made = machine.visibleProbability(machine.hiddenProbability(v));
    return Images.shaped("rbm", made, inputShape);
  }

  @Override
  public Model embedding() {
    return Model.of("embedding", inputShape, (net, x) -> machine(net).hiddenProbability(flat(x)));
  }

  @Override
  public Model reconstruction() {
    return Model.of("reconstruction", inputShape, (net, x) -> reconstruct(machine(net), flat(x)));
  }

  @Override
  public Model sampler() {
    return Model.of(
        "sampler",
        inputShape,
        (net, noise) -> {
          Machine machine = machine(net);
          Value limit = Constant.scalar(net.graph(), noise.dtype(), FEW);
          Value v = machine.step(Ops.greater(flat(noise), limit));
          for (int i = 1; i < samplingSteps; i++) {
            v = machine.step(drawn(v));
          }
          return Images.shaped("rbm", v, inputShape);
        });
  }
}
