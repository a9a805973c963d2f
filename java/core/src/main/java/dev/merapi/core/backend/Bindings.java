package dev.merapi.core.backend;

import dev.merapi.core.tensor.HostTensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The host tensors of a run: every input, and those outputs that are to be read back. Make it once
 * and change the tensors' contents; from the first run on, no tensor can be exchanged. A run
 * without outputs need not wait for the device.
 */
public final class Bindings {
  private final Map<String, HostTensor> inputs = new LinkedHashMap<>();
  private final Map<String, HostTensor> outputs = new LinkedHashMap<>();
  private Object sealedBy;

  /** Gives the tensor for an input. */
  public Bindings input(String name, HostTensor tensor) {
    requireOpen();
    inputs.put(name, tensor);
    return this;
  }

  /** Gives the tensor that an output is copied to. */
  public Bindings output(String name, HostTensor tensor) {
    requireOpen();
    outputs.put(name, tensor);
    return this;
  }

  /** Allows no more changes, so that a program need check the tensors only once. */
  public void seal(Object checkedBy) {
    sealedBy = checkedBy;
  }

  /** Whether this program was the last to check the tensors. */
  public boolean isSealedBy(Object program) {
    return sealedBy == program;
  }

  private void requireOpen() {
    if (sealedBy != null) {
      throw new IllegalStateException("these bindings are in use and cannot change");
    }
  }

  public Map<String, HostTensor> inputs() {
    return Collections.unmodifiableMap(inputs);
  }

  public Map<String, HostTensor> outputs() {
    return Collections.unmodifiableMap(outputs);
  }
}
