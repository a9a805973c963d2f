package dev.merapi.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merapi.core.backend.Backend;
import dev.merapi.core.runtime.Backends;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.loss.Perceptron;
import dev.merapi.train.data.Batch;
import dev.merapi.train.data.DataDirectories;
import dev.merapi.train.data.Dataset;
import dev.merapi.train.data.Logic;
import dev.merapi.train.data.Logic.Gate;
import dev.merapi.train.metric.BinaryAccuracy;
import dev.merapi.train.optimizer.Sgd;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The perceptron's learning rule, beside Rosenblatt's own: w = w + t x where it is wrong. */
class PerceptronTest {
  private static final int[][] POINTS = {{0, 0}, {0, 1}, {1, 0}, {1, 1}};

  /** One neuron in whole numbers. */
  private static final class Neuron {
    final int[] weights = new int[3];

    /** Learns one sample of label -1 or 1; says whether it was wrong. */
    boolean learns(int[] x, int t) {
      boolean wrong = t * (weights[0] * x[0] + weights[1] * x[1] + weights[2]) <= 0;
      if (wrong) {
        weights[0] += t * x[0];
        weights[1] += t * x[1];
        weights[2] += t;
      }
      return wrong;
    }
  }

  private static Trainer trainer(Backend backend, Dataset data) {
    return new Trainer(
        backend,
        TrainingConfig.of(
                "perceptron", new dev.merapi.nn.model.Perceptron(), new Perceptron(), new Sgd(1))
            .metrics(List.of(new BinaryAccuracy()))
            .batch(1),
        data);
  }

  private static Dataset gate(Gate gate) {
    return new Logic(gate, 1).open("train", new DataDirectories(List.of(Path.of("nowhere"))));
  }

  private static boolean on(Gate gate, int[] x) {
    return switch (gate) {
      case AND -> x[0] + x[1] == 2;
      case OR -> x[0] + x[1] > 0;
      case NAND -> x[0] + x[1] < 2;
      case NOR -> x[0] + x[1] == 0;
      case XOR -> x[0] != x[1];
      case XNOR -> x[0] == x[1];
    };
  }

  /** Trains both for an epoch in order; says how often they were wrong. */
  private static int epoch(Trainer trainer, Neuron neuron, Gate gate) {
    int mistakes = 0;
    for (int[] x : POINTS) {
      boolean on = on(gate, x);
      HostTensor label = HostTensor.of(Shape.of(1), on ? 1 : 0);
      trainer.step(new Batch(HostTensor.of(Shape.of(1, 2), (float) x[0], (float) x[1]), label));
      mistakes += neuron.learns(x, on ? 1 : -1) ? 1 : 0;
      assertThat(trainer.weight("fc.weight").toFloatArray())
          .containsExactly(neuron.weights[0], neuron.weights[1]);
      assertThat(trainer.weight("fc.bias").item()).isEqualTo(neuron.weights[2]);
    }
    return mistakes;
  }

  @ParameterizedTest
  @EnumSource(names = {"AND", "OR", "NAND", "NOR"})
  void learnsWhatALineSeparates(Gate gate) {
    Dataset data = gate(gate);
    try (Backend backend = Backends.open("reference");
        Trainer trainer = trainer(backend, data)) {
      Neuron neuron = new Neuron();
      int mistakes = 0;
      for (int epoch = 0; epoch < 20; epoch++) {
        mistakes = epoch(trainer, neuron, gate);
      }
      assertThat(mistakes).isZero();
      Evaluation evaluation = trainer.evaluate(data);
      assertThat(evaluation.accuracy()).hasValue(1);
      assertThat(evaluation.loss()).isZero();
    }
  }

  /** The weights come back to where they were, with mistakes on the way: it goes on for ever. */
  @Test
  void neverLearnsXor() {
    Dataset data = gate(Gate.XOR);
    try (Backend backend = Backends.open("reference");
        Trainer trainer = trainer(backend, data)) {
      Neuron neuron = new Neuron();
      Set<String> seen = new LinkedHashSet<>();
      while (seen.add(Arrays.toString(neuron.weights))) {
        assertThat(epoch(trainer, neuron, Gate.XOR)).isPositive();
        assertThat(trainer.evaluate(data).accuracy().orElseThrow()).isLessThanOrEqualTo(0.75);
        assertThat(seen).hasSizeLessThan(100);
      }
    }
  }
}
