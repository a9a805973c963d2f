package dev.merapi.core.runtime;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.util.function.Supplier;

/**
 * A variable that a program reads and what it holds before the first run.
 *
 * @param path its name in the state store and in weight files, such as {@code conv2.weight}
 * @param group what it is part of, such as {@code parameters} or {@code buffers}
 * @param initial makes the first value; called once, when no checkpoint gives one
 */
public record VariableSpec(
    String path, TensorType type, String group, Supplier<HostTensor> initial) {}
