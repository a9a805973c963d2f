package dev.merapi.backend.reference;

import java.util.Arrays;

/** Back-propagation through time of a recurrent stack, one sample after the other. */
final class RecurrentBackward implements ReferenceKernel {
  private final RecurrentKernels.Problem problem;
  private final double[] weight;
  private final double[] gradWeight;
  private final double[] gradInput;
  private final double[] gradRecurrent;
  private final double[][] gradStates;
  private final RecurrentCell.Saved saved;

  /** What the layer read, and the gradients by what it wrote and read. */
  private final double[] sequence;

  private double[] gradAbove;
  private double[] gradBelow;

  RecurrentBackward(RecurrentKernels.Problem problem) {
    this.problem = problem;
    weight = new double[problem.weights.elements()];
    gradWeight = new double[problem.weights.elements()];
    gradInput = new double[problem.weights.rows()];
    gradRecurrent = new double[problem.weights.rows()];
    gradStates = vectors();
    saved = new RecurrentCell.Saved(new double[problem.gates], vectors(), vectors());
    sequence = problem.sequence();
    gradAbove = problem.sequence();
    gradBelow = problem.sequence();
  }

  private double[][] vectors() {
    return new double[problem.states][problem.hidden];
  }

  /** Where the stack's own inputs begin: behind the gradients by its outputs. */
  private int arguments() {
    return 1 + problem.states;
  }

  @Override
  public void run(Cells[] inputs, Cells[] outputs) {
    RecurrentKernels.read(inputs[arguments() + 1], 0, weight, weight.length);
    Arrays.fill(gradWeight, 0);
    int places = problem.steps * problem.batch;
    int width = problem.directions * problem.hidden;
    RecurrentKernels.read(inputs[0], 0, gradAbove, places * width);
    for (int layer = problem.layers - 1; layer >= 0; layer--) {
      readSequence(layer, inputs);
      Arrays.fill(gradBelow, 0);
      for (int direction = 0; direction < problem.directions; direction++) {
        for (int sample = 0; sample < problem.batch; sample++) {
          runSample(layer, direction, sample, inputs, outputs);
        }
      }
      double[] finished = gradBelow;
      gradBelow = gradAbove;
      gradAbove = finished;
    }
    RecurrentKernels.write(gradAbove, outputs[0], 0, places * problem.weights.input());
    RecurrentKernels.write(gradWeight, outputs[1], 0, gradWeight.length);
  }

  private void readSequence(int layer, Cells[] inputs) {
    int places = problem.steps * problem.batch;
    int hidden = problem.hidden;
    if (layer == 0) {
      RecurrentKernels.read(inputs[arguments()], 0, sequence, places * problem.weights.input());
      return;
    }
    Cells all = inputs[inputs.length - problem.states];
    for (int direction = 0; direction < problem.directions; direction++) {
      int start = problem.saved(layer - 1, direction, 0, 0, hidden);
      for (int i = 0; i < places * hidden; i++) {
        int position = i / hidden * problem.directions + direction;
        sequence[position * hidden + i % hidden] = all.get(start + i);
      }
    }
  }

  private void runSample(int layer, int direction, int sample, Cells[] inputs, Cells[] outputs) {
    int hidden = problem.hidden;
    int row = layer * problem.directions + direction;
    int in = problem.weights.in(layer);
    int start = problem.state(layer, direction, sample);
    for (int s = 0; s < problem.states; s++) {
      RecurrentKernels.read(inputs[1 + s], start, gradStates[s], hidden);
    }
    for (int step = problem.steps - 1; step >= 0; step--) {
      int position = problem.place(direction, step) * problem.batch + sample;
      readSaved(layer, direction, step, sample, inputs);
      int above = (position * problem.directions + direction) * hidden;
      for (int j = 0; j < hidden; j++) {
        gradStates[0][j] += gradAbove[above + j];
      }
      problem.cell.back(saved, gradStates, gradInput, gradRecurrent);
      backThrough(problem.weightIh[row], gradInput, sequence, gradBelow, position * in, in);
      backThrough(
          problem.weightHh[row], gradRecurrent, saved.before()[0], gradStates[0], 0, hidden);
      addTo(problem.biasIh[row], gradInput);
      addTo(problem.biasHh[row], gradRecurrent);
    }
    for (int s = 0; s < problem.states; s++) {
      RecurrentKernels.write(gradStates[s], outputs[2 + s], start, hidden);
    }
  }

  private void readSaved(int layer, int direction, int step, int sample, Cells[] inputs) {
    int hidden = problem.hidden;
    int place = problem.place(direction, step);
    if (problem.gates > 0) {
      int start = problem.saved(layer, direction, place, sample, problem.gates);
      RecurrentKernels.read(inputs[2 * arguments() + 1], start, saved.gates(), problem.gates);
    }
    for (int s = 0; s < problem.states; s++) {
      Cells all = inputs[inputs.length - problem.states + s];
      int start = problem.saved(layer, direction, place, sample, hidden);
      RecurrentKernels.read(all, start, saved.after()[s], hidden);
      if (step == 0) {
        int initial = problem.state(layer, direction, sample);
        RecurrentKernels.read(inputs[arguments() + 2 + s], initial, saved.before()[s], hidden);
      } else {
        int previous = problem.place(direction, step - 1);
        start = problem.saved(layer, direction, previous, sample, hidden);
        RecurrentKernels.read(all, start, saved.before()[s], hidden);
      }
    }
  }

  /**
   * For result = matrix x: adds to the gradients by the matrix and by x, both from {@code start}.
   */
  private void backThrough(
      int matrix, double[] gradResult, double[] x, double[] gradX, int start, int length) {
    for (int row = 0; row < gradResult.length; row++) {
      double grad = gradResult[row];
      int first = matrix + row * length;
      for (int k = 0; k < length; k++) {
        gradWeight[first + k] += grad * x[start + k];
        gradX[start + k] += grad * weight[first + k];
      }
    }
  }

  private void addTo(int offset, double[] grads) {
    for (int i = 0; i < grads.length; i++) {
      gradWeight[offset + i] += grads[i];
    }
  }
}
