package dev.merapi.nn.layer;

import dev.merapi.core.op.recurrent.PackedWeights;
import dev.merapi.core.scalar.Philox;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.init.Initializer;
import dev.merapi.nn.init.Uniform;
import java.util.Map;

/**
 * What the pieces of a packed weight begin with: those without an initializer of their own uniform
 * within 1 / sqrt(hidden), as in PyTorch.
 *
 * @param packed where the pieces lie
 * @param weight of the matrices that multiply the input, or null
 * @param recurrent of those that multiply the state, or null
 * @param bias of the biases, or null
 */
record RecurrentInit(
    PackedWeights packed, Initializer weight, Initializer recurrent, Initializer bias)
    implements Initializer {
  /** All uniform. */
  static Initializer uniform(PackedWeights packed) {
    double bound = 1 / Math.sqrt(packed.hidden());
    return new Uniform(-bound, bound);
  }

  @Override
  public HostTensor create(TensorType type, Philox.Key key) {
    Map<String, HostTensor> pieces = packed.unpack(uniform(packed).create(type, key));
    pieces.replaceAll((name, piece) -> piece(name, piece, key));
    return packed.pack(pieces, type.dtype());
  }

  private HostTensor piece(String name, HostTensor uniform, Philox.Key key) {
    Initializer own =
        name.startsWith("weight_ih") ? weight : name.startsWith("weight_hh") ? recurrent : bias;
    Philox.Key ownKey = Philox.Key.of(key.seed(), name + "@" + key.stream(), 0);
    return own == null ? uniform : own.create(uniform.type(), ownKey);
  }
}
