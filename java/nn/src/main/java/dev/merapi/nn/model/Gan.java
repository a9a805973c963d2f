package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.GenerativeModel;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Model;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import java.util.List;

/**
 * A generative adversarial network: a generator G makes samples of random numbers z, and a
 * discriminator D, which sees them and those of the data, says by its logit which are the data's.
 *
 * <pre>
 * real = D(x), fake = D(G(z)), z ~ N(0, I)
 * </pre>
 *
 * <p>Outputs: the logits {@code real} and {@code fake}, [N, 1]. It is trained in two phases, with
 * the losses {@code discriminator} and {@code generator}; the variables' names begin with these
 * words too. Labels of the data are not looked at. Source: Goodfellow et al., "Generative
 * Adversarial Nets", NIPS 2014; the layers that are there by default are convolutional as in
 * Radford, Metz and Chintala, "Unsupervised Representation Learning with Deep Convolutional
 * Generative Adversarial Networks", ICLR 2016, for images of 1x28x28.
 *
 * @param inputShape the shape of one sample
 * @param latent how many numbers z has
 * @param generator maps z [N, latent] to samples, with as many numbers from 0 to 1 as those have
 * @param discriminator maps samples to one logit each
 */
public record Gan(
    @Default("[1, 28, 28]") Shape inputShape,
    @Default("64") int latent,
    @Default(
            "[{dense: {units: 3136}}, {reshape: {shape: [64, 7, 7]}}, batchNorm, relu,"
                + " {convTranspose2d: {outChannels: 32, kernel: 4, stride: 2, padding: 1}},"
                + " batchNorm, relu,"
                + " {convTranspose2d: {outChannels: 1, kernel: 4, stride: 2, padding: 1}}, sigmoid]")
        Layer generator,
    @Default(
            "[{conv2d: {outChannels: 16, kernel: 4, stride: 2, padding: 1}},"
                + " {leakyRelu: {slope: 0.2}},"
                + " {conv2d: {outChannels: 32, kernel: 4, stride: 2, padding: 1}},"
                + " {leakyRelu: {slope: 0.2}}, flatten, {dense: {units: 1}}]")
        Layer discriminator)
    implements GenerativeModel, MultiLayer {
  private static final String GENERATOR = "generator";
  private static final String DISCRIMINATOR = "discriminator";

  public Gan {
    GraphException.check(latent > 0, "latent must be at least 1, found %d", latent);
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    GraphException.check(inputs.size() == 1, "gan: expected one input, found %d", inputs.size());
    Value x = inputs.get(0);
    Value z = Ops.randomNormal(net.graph(), Shape.of(x.shape().dim(0), latent), x.dtype());
    Value made = generate(net, z);
    return Outputs.of("real", judge(net, x)).and("fake", judge(net, made));
  }

  private Value generate(Net net, Value z) {
    return Images.shaped("gan: generator", net.apply(GENERATOR, generator, z), inputShape);
  }

  private Value judge(Net net, Value x) {
    Value logit = net.apply(DISCRIMINATOR, discriminator, x);
    GraphException.check(
        logit.shape().equals(Shape.of(x.shape().dim(0), 1)),
        "gan: expected a discriminator that gives logits [N, 1], found %s",
        logit.shape());
    return logit;
  }

  @Override
  public Model sampler() {
    return Model.of("sampler", Shape.of(latent), (net, z) -> generate(net, z));
  }
}
