package dev.merapi.nn.layer;

import dev.merapi.nn.Layer;

/** A nonlinearity: a layer that may follow a dense layer or a convolution. */
public interface Activation extends Layer {}
