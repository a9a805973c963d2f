package dev.merapi.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Layer;
import dev.merapi.nn.Model;
import dev.merapi.nn.Sequential;
import io.github.classgraph.ClassGraph;
import io.github.classgraph.ClassInfo;
import io.github.classgraph.ScanResult;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every layer's gradients, by the input and by each parameter, against finite differences in F64,
 * and every device's outputs and gradients against the reference's.
 */
class LayerTest {
  private static final double STEP = 1e-4;

  private static final Devices DEVICES = new Devices();

  @AfterAll
  static void close() {
    DEVICES.close();
  }

  /** What a job file can name as a layer. */
  private static List<Class<?>> layers() {
    try (ScanResult scan =
        new ClassGraph().acceptPackages("dev.merapi.nn").enableClassInfo().scan()) {
      return scan.getAllRecords().stream()
          .filter(info -> info.isPublic() && !info.isInnerClass())
          .<Class<?>>map(ClassInfo::loadClass)
          .filter(type -> Layer.class.isAssignableFrom(type) && !Model.class.isAssignableFrom(type))
          .filter(type -> type != Sequential.class)
          .toList();
    }
  }

  @Test
  void everyLayerHasASample() {
    Set<Class<?>> sampled =
        LayerSamples.all().stream().map(s -> s.layer().getClass()).collect(Collectors.toSet());
    assertThat(layers()).hasSizeGreaterThan(30);
    assertThat(layers())
        .filteredOn(type -> !sampled.contains(type))
        .as(
            "layers whose gradients nothing checks: give each a line in LayerSamples, such as"
                + " of(new Softsign(), awayFrom(0), 3, 7), with an input that is no kink")
        .isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> gradientsFitDifferences() {
    return LayerSamples.all().stream()
        .map(sample -> DynamicTest.dynamicTest(sample.toString(), () -> differences(sample)));
  }

  private static HostTensor input(LayerSample sample, DType dtype) {
    TensorType type = sample.type(dtype);
    RandomGenerator random =
        RandomGeneratorFactory.of("L64X128MixRandom").create(sample.toString().hashCode());
    return HostTensor.of(type, sample.sampler().sample(type.shape().elements(), random));
  }

  private static void differences(LayerSample sample) {
    HostTensor x = input(sample, DType.F64);
    try (BuiltLayer built =
        new BuiltLayer(sample.layer(), x.type(), DType.F64, true, DEVICES.reference())) {
      built.perturb(1);
      HostTensor g = Samples.normal(built.output(), 2);
      Map<String, HostTensor> results = built.run(x, g);
      for (String path : built.parameters()) {
        HostTensor point = built.parameter(path);
        HostTensor direction = Samples.normal(point.type(), 3);
        requireSlope(
            sample + " by " + path,
            results.get("by " + path),
            direction,
            step -> {
              built.set(path, moved(point, direction, step));
              return built.run(x, g).get("loss").item();
            });
        built.set(path, point);
      }
      if (x.dtype().isFloating()) {
        HostTensor direction = Samples.normal(x.type(), 3);
        requireSlope(
            sample + " by x",
            results.get("by x"),
            direction,
            step -> built.run(moved(x, direction, step), g).get("loss").item());
      }
    }
  }

  private interface Line {
    double at(double step);
  }

  private static void requireSlope(
      String what, HostTensor gradient, HostTensor direction, Line loss) {
    double wide = (loss.at(STEP) - loss.at(-STEP)) / (2 * STEP);
    double narrow = (loss.at(STEP / 2) - loss.at(-STEP / 2)) / STEP;
    double numeric = (4 * narrow - wide) / 3; // Richardson: removes the error of order step^2
    double analytic = 0;
    for (int i = 0; i < direction.elements(); i++) {
      analytic += gradient.get(i) * direction.get(i);
    }
    assertThat(analytic).as(what).isCloseTo(numeric, within(1e-7 * Math.max(1, Math.abs(numeric))));
  }

  private static HostTensor moved(HostTensor point, HostTensor direction, double step) {
    HostTensor moved = HostTensor.zeros(point.type());
    for (int i = 0; i < moved.elements(); i++) {
      moved.set(i, point.get(i) + step * direction.get(i));
    }
    return moved;
  }

  @TestFactory
  Stream<DynamicTest> devicesAgreeWithTheReference() {
    return Devices.found().stream()
        .filter(device -> !device.equals("reference"))
        .flatMap(
            device ->
                LayerSamples.all().stream()
                    .flatMap(
                        sample ->
                            Stream.of(true, false)
                                .map(
                                    training ->
                                        DynamicTest.dynamicTest(
                                            device + (training ? " training: " : ": ") + sample,
                                            () -> agrees(device, sample, training)))));
  }

  private static void agrees(String device, LayerSample sample, boolean training) {
    HostTensor x = input(sample, DType.F32);
    TensorType type = x.type();
    try (BuiltLayer found =
            new BuiltLayer(sample.layer(), type, DType.F32, training, DEVICES.get(device));
        BuiltLayer expected =
            new BuiltLayer(sample.layer(), type, DType.F32, training, DEVICES.reference())) {
      found.perturb(1);
      expected.perturb(1);
      HostTensor g = Samples.normal(found.output(), 2);
      requireNear(expected.run(x, g), found.run(x, g), 1e-5);
    }
  }

  /** Within a share of the largest element, or of 1. */
  static void requireNear(
      Map<String, HostTensor> expected, Map<String, HostTensor> found, double tolerance) {
    assertThat(found).containsOnlyKeys(expected.keySet());
    expected.forEach(
        (name, tensor) -> {
          double largest = 1;
          for (int i = 0; i < tensor.elements(); i++) {
            largest = Math.max(largest, Math.abs(tensor.get(i)));
          }
          assertThat(found.get(name).type()).as(name).isEqualTo(tensor.type());
          assertThat(found.get(name).toDoubleArray())
              .as(name)
              .containsExactly(tensor.toDoubleArray(), within(tolerance * largest));
        });
  }
}
