package dev.merapi.nn.model;

import dev.merapi.core.graph.Value;
import dev.merapi.nn.Model;
import dev.merapi.nn.Net;
import dev.merapi.nn.Sequential;

/** A model that is a row of layers. */
public interface SequentialModel extends Model {
  /** The layers; their names begin the names of the variables. */
  Sequential layers();

  @Override
  default Value build(Net net, Value x) {
    return layers().build(net, x);
  }
}
