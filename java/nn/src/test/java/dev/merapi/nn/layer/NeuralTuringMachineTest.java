package dev.merapi.nn.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.merapi.core.graph.GraphException;
import dev.merapi.core.graph.Value;
import dev.merapi.core.tensor.HostTensor;
import dev.merapi.core.tensor.Shape;
import dev.merapi.nn.Build;
import dev.merapi.nn.layer.NeuralTuringMachine.Controller;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NeuralTuringMachineTest {
  private static final int HIDDEN = 3;
  private static final int SLOTS = 5;
  private static final int WIDTH = 2;
  private static final int STEPS = 3;
  private static final NeuralTuringMachine MACHINE =
      new NeuralTuringMachine().hidden(HIDDEN).memory(SLOTS, WIDTH);

  /** The paper's formulas for one sequence, with loops. */
  private static final class Machine {
    private final Map<String, HostTensor> weights;
    private final Controller controller;
    private final double[][] memory = new double[SLOTS][WIDTH];
    private double[] h = new double[HIDDEN];
    private final double[] c = new double[HIDDEN];
    private double[] read = new double[WIDTH];
    private double[] writing = {1, 0, 0, 0, 0};
    private double[] reading = {1, 0, 0, 0, 0};

    Machine(Map<String, HostTensor> weights, Controller controller) {
      this.weights = weights;
      this.controller = controller;
      for (double[] slot : memory) {
        Arrays.fill(slot, 1e-6);
      }
    }

    private double[] product(String layer, double... x) {
      HostTensor weight = weights.get(layer + ".weight");
      HostTensor bias = weights.get(layer + ".bias");
      double[] y = new double[weight.shape().dim(0)];
      for (int row = 0; row < y.length; row++) {
        y[row] = bias.get(row);
        for (int i = 0; i < x.length; i++) {
          y[row] += weight.get(row * x.length + i) * x[i];
        }
      }
      return y;
    }

    private void control(double[] x) {
      if (controller == Controller.FEED_FORWARD) {
        h =
            Arrays.stream(product("controller", x[0], x[1], read[0], read[1]))
                .map(Math::tanh)
                .toArray();
        return;
      }
      double[] sums = product("controller", x[0], x[1], read[0], read[1], h[0], h[1], h[2]);
      h = new double[HIDDEN];
      for (int i = 0; i < HIDDEN; i++) {
        c[i] = sigmoid(sums[3 + i]) * c[i] + sigmoid(sums[i]) * Math.tanh(sums[6 + i]);
        h[i] = sigmoid(sums[9 + i]) * Math.tanh(c[i]);
      }
    }

    double[] step(double... x) {
      control(x);
      double[] numbers = product("heads", h);
      writing = focus(Arrays.copyOfRange(numbers, 0, 8), writing);
      for (int slot = 0; slot < SLOTS; slot++) {
        for (int i = 0; i < WIDTH; i++) {
          memory[slot][i] *= 1 - writing[slot] * sigmoid(numbers[8 + i]);
          memory[slot][i] += writing[slot] * Math.tanh(numbers[10 + i]);
        }
      }
      reading = focus(Arrays.copyOfRange(numbers, 12, 20), reading);
      read = new double[WIDTH];
      for (int slot = 0; slot < SLOTS; slot++) {
        for (int i = 0; i < WIDTH; i++) {
          read[i] += reading[slot] * memory[slot][i];
        }
      }
      return new double[] {h[0], h[1], h[2], read[0], read[1]};
    }

    /** Numbers: key of 2, strength, gate, shifts by -1, 0 and 1, sharpness. */
    private double[] focus(double[] numbers, double[] before) {
      double[] key = {Math.tanh(numbers[0]), Math.tanh(numbers[1])};
      double[] content = new double[SLOTS];
      for (int slot = 0; slot < SLOTS; slot++) {
        double[] held = memory[slot];
        double cosine =
            (key[0] * held[0] + key[1] * held[1])
                / Math.sqrt(key[0] * key[0] + key[1] * key[1] + 1e-6)
                / Math.sqrt(held[0] * held[0] + held[1] * held[1] + 1e-6);
        content[slot] = Math.exp(Math.log1p(Math.exp(numbers[2])) * cosine);
      }
      double total = Arrays.stream(content).sum();
      double gate = sigmoid(numbers[3]);
      double shifts = Math.exp(numbers[4]) + Math.exp(numbers[5]) + Math.exp(numbers[6]);
      double[] sharp = new double[SLOTS];
      for (int to = 0; to < SLOTS; to++) {
        for (int move = -1; move <= 1; move++) {
          int from = Math.floorMod(to - move, SLOTS);
          double mixed = gate * content[from] / total + (1 - gate) * before[from];
          sharp[to] += Math.exp(numbers[5 + move]) / shifts * mixed;
        }
        sharp[to] = Math.pow(sharp[to] + 1e-6, 1 + Math.log1p(Math.exp(numbers[7])));
      }
      double sum = Arrays.stream(sharp).sum();
      return Arrays.stream(sharp).map(weight -> weight / sum).toArray();
    }

    private static double sigmoid(double x) {
      return 1 / (1 + Math.exp(-x));
    }
  }

  @ParameterizedTest
  @EnumSource
  void followsThePapersFormulas(Controller controller) {
    Build build = Build.training();
    Value y = MACHINE.controller(controller).build(build.net(), build.input(STEPS, 2, 2));
    assertThat(Build.sizes(y)).containsExactly(STEPS, 2, HIDDEN + WIDTH);
    float[] x = {1, -2, 0.5f, 3, -1, 0.3f, 2, 2, 0.7f, -0.1f, 1, 0};
    Map<String, HostTensor> found =
        build.run(y, Map.of("x", HostTensor.of(Shape.of(STEPS, 2, 2), x)));
    double[] expected = new double[STEPS * 2 * 5];
    for (int sample = 0; sample < 2; sample++) {
      Machine machine = new Machine(found, controller);
      for (int t = 0; t < STEPS; t++) {
        int place = 2 * t + sample;
        System.arraycopy(machine.step(x[2 * place], x[2 * place + 1]), 0, expected, 5 * place, 5);
      }
    }
    assertThat(found.get("y").toDoubleArray())
        .usingComparatorWithPrecision(1e-5)
        .containsExactly(expected);
  }

  @Test
  void hasTheSameVariablesForAnyLength() {
    Build build = Build.training();
    MACHINE.heads(2, 1).shift(2).build(build.net(), build.input(1, 2, 7));
    assertThat(build.variables())
        .containsExactly(
            "controller.weight F32[12, 14]",
            "controller.bias F32[12]",
            "heads.weight F32[34, 3]",
            "heads.bias F32[34]");
    Build longer = Build.training();
    Value y = MACHINE.heads(2, 1).shift(2).build(longer.net(), longer.input(4, 2, 7));
    assertThat(longer.variables()).isEqualTo(build.variables());
    assertThat(Build.sizes(y)).containsExactly(4, 2, 7);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> MACHINE.memory(2, 2))
        .isInstanceOf(GraphException.class)
        .hasMessage("neuralTuringMachine: slots must be more than 2 for shifts of 1, found 2");
    assertThatThrownBy(() -> MACHINE.heads(0, 1))
        .hasMessage(
            "neuralTuringMachine: hidden, width, readHeads, writeHeads and shift must be at least"
                + " 1, found 3, 2, 0, 1 and 1");
    Build build = Build.training();
    assertThatThrownBy(() -> MACHINE.build(build.net(), build.input(2, 2)))
        .hasMessage("neuralTuringMachine: expected [T, N, features], found [2, 2]");
  }
}
