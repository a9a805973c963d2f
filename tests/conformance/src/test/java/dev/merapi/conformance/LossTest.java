package dev.merapi.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.conformance.LossSamples.LossSample;
import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.TensorType;
import dev.merapi.nn.Outputs;
import dev.merapi.nn.loss.Loss;
import io.github.classgraph.ClassGraph;
import io.github.classgraph.ClassInfo;
import io.github.classgraph.ScanResult;
import java.util.ArrayList;
import java.util.HashMap;
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
 * Every loss and its gradient on every device against the reference, whose own are held against
 * golden values and differences beside the losses.
 */
class LossTest {
  private static final Devices DEVICES = new Devices();

  @AfterAll
  static void close() {
    DEVICES.close();
  }

  private static List<Class<?>> losses() {
    try (ScanResult scan =
        new ClassGraph().acceptPackages("dev.merapi.nn").enableClassInfo().scan()) {
      return scan.getAllRecords().stream()
          .filter(info -> info.isPublic() && !info.isInnerClass())
          .<Class<?>>map(ClassInfo::loadClass)
          .filter(Loss.class::isAssignableFrom)
          .toList();
    }
  }

  @Test
  void everyLossHasASample() {
    Set<Class<?>> sampled =
        LossSamples.all().stream().map(s -> s.loss().getClass()).collect(Collectors.toSet());
    assertThat(losses()).hasSizeGreaterThan(18);
    assertThat(losses())
        .filteredOn(type -> !sampled.contains(type))
        .as("losses that no device is tried with: give each a line in LossSamples")
        .isEmpty();
  }

  @TestFactory
  Stream<DynamicTest> devicesAgreeWithTheReference() {
    return Devices.found().stream()
        .filter(device -> !device.equals("reference"))
        .flatMap(
            device ->
                LossSamples.all().stream()
                    .map(
                        sample ->
                            DynamicTest.dynamicTest(
                                device + ": " + sample,
                                () ->
                                    LayerTest.requireNear(
                                        run(sample, "reference"), run(sample, device), 1e-5))));
  }

  private static Map<String, HostTensor> run(LossSample sample, String device) {
    Graph graph = new Graph("loss", 7);
    Map<String, HostTensor> inputs = new HashMap<>();
    List<Value> values = new ArrayList<>();
    for (String name : sample.outputs()) {
      values.add(Input.of(graph, name, sample.prediction()));
      inputs.put(name, Samples.normal(sample.prediction(), 3 + inputs.size()));
    }
    Outputs outputs = new Outputs(sample.outputs(), values);
    Value target = Input.of(graph, "t", sample.target());
    inputs.put("t", target(sample.target(), sample.labels()));
    Value loss = sample.loss().build(outputs, List.of(target));
    graph.output("loss", loss);
    List<Value> gradients = Differentiator.gradients(loss, values);
    for (int i = 0; i < gradients.size(); i++) {
      graph.output("by " + sample.outputs().get(i), gradients.get(i));
    }
    return Compiled.once(graph, DEVICES.get(device), CompileOptions.DEFAULT, inputs);
  }

  private static HostTensor target(TensorType type, int labels) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(5);
    HostTensor target = HostTensor.zeros(type);
    for (int i = 0; i < target.elements(); i++) {
      target.set(i, labels == 0 ? random.nextDouble() : random.nextInt(Math.max(labels, 2)));
    }
    return target;
  }
}
