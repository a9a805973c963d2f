package dev.merapi.conformance;

import java.util.List;
import java.util.function.Function;

/**
 * What an op gives for some inputs, found independently of every kernel: a closed form in plain
 * Java, written another way than the reference kernel does it, or golden values.
 */
@FunctionalInterface
public interface Expectation {
  /** The outputs, in F64, with their shapes. */
  List<NdArray> outputs(List<NdArray> inputs);

  /** Of an op that has one output. */
  static Expectation one(Function<List<NdArray>, NdArray> output) {
    return inputs -> List.of(output.apply(inputs));
  }
}
