package dev.merapi.conformance;

import static org.assertj.core.api.Assertions.fail;

import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/** Random tensors and their comparison. */
final class Samples {
  private Samples() {}

  static HostTensor normal(TensorType type, int seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    return HostTensor.of(type, Sampler.normal().sample(type.shape().elements(), random));
  }

  static void requireNear(
      String what, HostTensor expected, HostTensor actual, Tolerance tolerance) {
    if (!expected.type().equals(actual.type())) {
      fail("%s is %s, expected %s", what, actual.type(), expected.type());
    }
    for (int i = 0; i < expected.elements(); i++) {
      if (!tolerance.accepts(expected.dtype(), expected.get(i), actual.get(i))) {
        fail(
            "%s: element %d of %s is %s, expected %s within %s roundings",
            what, i, expected.type(), actual.get(i), expected.get(i), tolerance.roundings());
      }
    }
  }

  static void requireNear(
      Map<String, HostTensor> expected, Map<String, HostTensor> actual, Tolerance tolerance) {
    if (!expected.keySet().equals(actual.keySet())) {
      fail("outputs are %s, expected %s", actual.keySet(), expected.keySet());
    }
    expected.forEach((name, tensor) -> requireNear(name, tensor, actual.get(name), tolerance));
  }
}
