package dev.merapi.nn.model;

import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Default;
import dev.merapi.nn.EmbeddingModel;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Model;
import dev.merapi.nn.Net;
import dev.merapi.nn.ReconstructionModel;

/**
 * An autoencoder: an encoder makes a code of a sample, which is a bottleneck, and a decoder makes
 * the sample of the code again: y = decoder(encoder(x)), [N, ...inputShape].
 *
 * <p>Its data are those of {@code reconstruction}, whose targets are the inputs. The variables'
 * names begin with {@code encoder} and {@code decoder}.
 *
 * <ul>
 *   <li>Denoising: an encoder that begins with {@code gaussianNoise} or {@code dropout} spoils its
 *       input in training, and what is wanted is still the clean one.
 *   <li>Linear: one dense layer each, and the squared error; the decoder's columns come to span
 *       what the first principal components span.
 *   <li>Trained layer by layer: each training begins with the weights of the one before ({@code
 *       init: {from: runs/..., strict: false}}), has one more layer behind the encoder's and one
 *       more before the decoder's, under names that stay, and freezes the others; the last one
 *       freezes nothing. A decoder of {@code [{dense: {units: 256}, name: second}, relu, {dense:
 *       {units: 784}, name: first}]} has grown by {@code second}.
 * </ul>
 *
 * <p>Source: Rumelhart, Hinton and Williams, Nature 323, 1986; Bourlard and Kamp, "Auto-association
 * by multilayer perceptrons and singular value decomposition", 1988; Bengio, Lamblin, Popovici and
 * Larochelle, "Greedy Layer-Wise Training of Deep Networks", NIPS 2006; Vincent et al., "Extracting
 * and Composing Robust Features with Denoising Autoencoders", ICML 2008.
 *
 * @param inputShape the shape of one sample
 * @param encoder maps samples to codes
 * @param decoder maps codes to samples, with as many numbers as those have
 */
public record Autoencoder(
    @Default("[1, 28, 28]") Shape inputShape,
    @Default("[flatten, {dense: {units: 256}}, relu, {dense: {units: 32}}]") Layer encoder,
    @Default("[{dense: {units: 256}}, relu, {dense: {units: 784}}, sigmoid]") Layer decoder)
    implements EmbeddingModel, ReconstructionModel {
  @Override
  public Value build(Net net, Value x) {
    Value made = net.apply("decoder", decoder, encode(net, x));
    return Images.shaped("autoencoder: decoder", made, inputShape);
  }

  private Value encode(Net net, Value x) {
    return net.apply("encoder", encoder, x);
  }

  @Override
  public Model embedding() {
    return Model.of("embedding", inputShape, (net, x) -> encode(net, x));
  }

  @Override
  public Model reconstruction() {
    return this;
  }
}
