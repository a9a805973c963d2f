/**
 * Layers, initialisers, losses and models: what builds the graph of a network.
 *
 * <p>A layer is frozen configuration and a function of a {@link dev.merapi.nn.Net} and a value, so
 * branches, shared towers and residual blocks are plain Java:
 *
 * <pre>{@code
 * Layer residual = (net, x) -> Ops.add(x, net.apply("conv", new Conv2d(64, 3).padding(1), x));
 * }</pre>
 *
 * <p>One value in and one value out is a {@link dev.merapi.nn.Layer}; several in and one out a
 * {@link dev.merapi.nn.Merge}; several out a {@link dev.merapi.nn.MultiLayer}, which gives {@link
 * dev.merapi.nn.Outputs}. A {@link dev.merapi.nn.Model} may be any of them. The names of outputs
 * are what a {@link dev.merapi.nn.loss.WeightedSum} of losses and the keys of metrics speak of.
 * {@link dev.merapi.nn.LayerGraph} puts such layers together by name.
 */
package dev.merapi.nn;
