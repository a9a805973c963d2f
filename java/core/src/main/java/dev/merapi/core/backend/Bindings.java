package dev.merapi.core.backend;

import dev.merapi.core.tensor.HostTensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The host tensors of a run: every input, and those outputs that are to be read back. Make it once
 * and change the tensors' contents; a run without outputs need not wait for the device.
 */
public final class Bindings {
  private final Map<String, HostTensor> inputs = new LinkedHashMap<>();
  private final Map<String, HostTensor> outputs = new LinkedHashMap<>();

  /** Gives the tensor for an input. */
  public Bindings input(String name, HostTensor tensor) {
    inputs.put(name, tensor);
    return this;
  }

  /** Gives the tensor that an output is copied to. */
  public Bindings output(String name, HostTensor tensor) {
    outputs.put(name, tensor);
    return this;
  }

  public Map<String, HostTensor> inputs() {
    return inputs;
  }

  public Map<String, HostTensor> outputs() {
    return outputs;
  }
}
