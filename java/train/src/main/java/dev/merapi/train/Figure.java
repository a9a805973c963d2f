package dev.merapi.train;

import dev.merapi.core.tensor.HostTensor;

/** What a sum that an evaluation made on the device means. */
@FunctionalInterface
interface Figure {
  /** The figure for so many samples. */
  HostTensor result(HostTensor sum, long samples);
}
