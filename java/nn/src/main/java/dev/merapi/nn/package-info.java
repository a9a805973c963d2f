/**
 * Layers, initialisers, losses and models: what builds the graph of a network.
 *
 * <p>A layer is frozen configuration and a function of a {@link dev.merapi.nn.Net} and a value, so
 * branches, shared towers and residual blocks are plain Java:
 *
 * <pre>{@code
 * Layer residual = (net, x) -> Ops.add(x, net.apply("conv", new Conv2d(64, 3).padding(1), x));
 * }</pre>
 */
package dev.merapi.nn;
