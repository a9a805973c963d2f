package dev.merapi.core.runtime;

import dev.merapi.core.op.state.Control;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/**
 * A variable that a {@link StateStore} is to hold.
 *
 * @param path its name, such as {@code conv1.weight}
 * @param type of its value
 * @param group variables of one group lie in one flat piece of memory, in the order of declaration
 * @param initial makes the first value
 */
public record VariableSpec(
    String path, TensorType type, String group, Supplier<HostTensor> initial) {

  /** A variable that begins with one value everywhere. */
  public static VariableSpec filled(String path, TensorType type, String group, double value) {
    return new VariableSpec(path, type, group, () -> HostTensor.filled(type, value));
  }

  /** The variables of the control block. */
  public static List<VariableSpec> controlBlock() {
    return Arrays.stream(Control.values())
        .map(control -> filled(control.path(), control.type(), "control", control.initial()))
        .toList();
  }

  /** The paths of those of a group. */
  public static List<String> paths(List<VariableSpec> specs, String group) {
    return specs.stream().filter(s -> s.group().equals(group)).map(VariableSpec::path).toList();
  }
}
