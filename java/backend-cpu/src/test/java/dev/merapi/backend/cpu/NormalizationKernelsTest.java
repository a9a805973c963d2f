package dev.merapi.backend.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.autodiff.Differentiator;
import dev.merapi.core.backend.Backend;
import dev.merapi.core.graph.Graph;
import dev.merapi.core.graph.Value;
import dev.merapi.core.op.Ops;
import dev.merapi.core.op.normalization.BatchNorm;
import dev.merapi.core.op.normalization.LayerNorm;
import dev.merapi.core.op.normalization.LocalResponseNorm;
import dev.merapi.core.op.source.Input;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.runtime.CompileOptions;
import dev.merapi.core.runtime.Program;
import dev.merapi.core.runtime.StateStore;
import dev.merapi.core.tensor.DType;
import dev.merapi.core.tensor.Shape;
import dev.merapi.core.tensor.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Normalizations are one kernel in each direction, not what they can be decomposed into. */
class NormalizationKernelsTest {
  @Test
  void batchNormOfImages() {
    assertThat(kernels(v -> batchNorm(v), Shape.of(4, 3, 5, 5), Shape.of(3), Shape.of(3)))
        .contains("cpu.batchNorm", "cpu.batchNormGrad");
  }

  @Test
  void batchNormOfVectors() {
    assertThat(kernels(v -> batchNorm(v), Shape.of(16, 32), Shape.of(32), Shape.of(32)))
        .anyMatch(name -> name.startsWith("cpu.batchNorm."))
        .anyMatch(name -> name.startsWith("cpu.batchNormGrad."));
  }

  private static Value batchNorm(List<Value> inputs) {
    return BatchNorm.of(inputs.get(0), inputs.get(1), inputs.get(2), 1e-5).get(0);
  }

  @Test
  void layerNorm() {
    assertThat(
            kernels(
                v -> LayerNorm.of(v.get(0), v.get(1), v.get(2), 1e-5).get(0),
                Shape.of(16, 32),
                Shape.of(32),
                Shape.of(32)))
        .anyMatch(name -> name.startsWith("cpu.layerNorm."))
        .anyMatch(name -> name.startsWith("cpu.layerNormGrad."));
  }

  @Test
  void localResponseNorm() {
    assertThat(kernels(v -> LocalResponseNorm.of(v.get(0), 5, 1e-4, 0.75, 2), Shape.of(2, 8, 4, 4)))
        .contains("cpu.localResponseNorm", "cpu.localResponseNormGrad");
  }

  /** The kernels for the gradients of the sum of y^2. */
  private static List<String> kernels(Function<List<Value>, Value> build, Shape... shapes) {
    Graph graph = new Graph("normalization", 1);
    List<Value> inputs = new ArrayList<>();
    for (Shape shape : shapes) {
      inputs.add(Input.of(graph, "x" + inputs.size(), new TensorType(DType.F32, shape)));
    }
    Value y = build.apply(inputs);
    List<Value> gradients = Differentiator.gradients(Ops.sum(Ops.mul(y, y)), inputs);
    for (int i = 0; i < gradients.size(); i++) {
      graph.output("grad" + i, gradients.get(i));
    }
    try (Backend backend = Backends.open("cpu");
        StateStore store = new StateStore(backend);
        Program program = Program.compile(graph, store, CompileOptions.DEFAULT)) {
      return program.steps().stream().map(step -> step.kernelName()).toList();
    }
  }
}
