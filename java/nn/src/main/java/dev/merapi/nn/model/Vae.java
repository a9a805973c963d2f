package dev.merapi.nn.model;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.EmbeddingModel;
import dev.merapi.nn.GenerativeModel;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Model;
import dev.merapi.nn.MultiLayer;
import dev.merapi.nn.Net;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.ReconstructionModel;
import dev.merapi.nn.layer.Dense;
import java.util.List;

/**
 * A variational autoencoder: an encoder gives a normal distribution of codes for each sample, and a
 * decoder gives, for a code drawn from it, the probability of each of the sample's numbers to be 1.
 *
 * <pre>
 * h = encoder(x), mean = W_m h + b_m, logVariance = W_v h + b_v
 * z = mean + exp(logVariance / 2) n with n ~ N(0, I), reconstruction = decoder(z)
 * </pre>
 *
 * <p>Outputs: {@code reconstruction}, logits [N, ...inputShape], and {@code mean} and {@code
 * logVariance} [N, latent]. Its loss is {@code evidenceLowerBound}, its data are those of {@code
 * reconstruction}. A code is drawn in evaluations too, as the bound is an expectation over it;
 * reconstructions that are shown are made of the mean. The variables' names begin with {@code
 * encoder}, {@code mean}, {@code logVariance} and {@code decoder}. Source: Kingma and Welling,
 * "Auto-Encoding Variational Bayes", ICLR 2014.
 *
 * @param inputShape the shape of one sample, of numbers from 0 to 1
 * @param latent how many numbers a code has
 * @param encoder maps samples to features [N, D]
 * @param decoder maps codes [N, latent] to logits, as many as a sample has numbers
 */
public record Vae(
    @Default("[1, 28, 28]") Shape inputShape,
    @Default("20") int latent,
    @Default("[flatten, {dense: {units: 400}}, relu]") Layer encoder,
    @Default("[{dense: {units: 400}}, relu, {dense: {units: 784}}]") Layer decoder)
    implements EmbeddingModel, GenerativeModel, ReconstructionModel, MultiLayer {
  public Vae {
    GraphException.check(latent > 0, "latent must be at least 1, found %d", latent);
  }

  @Override
  public Outputs build(Net net, List<Value> inputs) {
    GraphException.check(inputs.size() == 1, "vae: expected one input, found %d", inputs.size());
    Value features = net.apply("encoder", encoder, inputs.get(0));
    Value mean = net.apply("mean", new Dense(latent), features);
    Value logVariance = net.apply("logVariance", new Dense(latent), features);
    Value deviation = Ops.exp(Ops.mul(logVariance, 0.5));
    Value noise = Ops.randomNormal(net.graph(), mean.shape(), mean.dtype());
    Value z = Ops.add(mean, Ops.mul(deviation, noise));
    return Outputs.of("reconstruction", decode(net, z))
        .and("mean", mean)
        .and("logVariance", logVariance);
  }

  private Value decode(Net net, Value z) {
    return Images.shaped("vae: decoder", net.apply("decoder", decoder, z), inputShape);
  }

  private Value mean(Net net, Value x) {
    return net.apply("mean", new Dense(latent), net.apply("encoder", encoder, x));
  }

  @Override
  public Model embedding() {
    return Model.of("embedding", inputShape, (net, x) -> mean(net, x));
  }

  @Override
  public Model reconstruction() {
    return Model.of(
        "reconstruction", inputShape, (net, x) -> Ops.sigmoid(decode(net, mean(net, x))));
  }

  @Override
  public Model sampler() {
    return Model.of("sampler", Shape.of(latent), (net, z) -> Ops.sigmoid(decode(net, z)));
  }
}
