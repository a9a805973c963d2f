package dev.merapi.backend.reference;

/** Runs a recurrent stack, one sample after the other. */
final class RecurrentForward implements ReferenceKernel {
  private final RecurrentKernels.Problem problem;
  private final double[] weight;
  private final double[] input;
  private final double[] recurrent;
  private final double[] gates;
  private final double[][] states;
  private double[] sequence;
  private double[] next;

  RecurrentForward(RecurrentKernels.Problem problem) {
    this.problem = problem;
    weight = new double[problem.weights.elements()];
    input = new double[problem.weights.rows()];
    recurrent = new double[problem.weights.rows()];
    gates = new double[problem.gates];
    states = new double[problem.states][problem.hidden];
    sequence = problem.sequence();
    next = problem.sequence();
  }

  @Override
  public void run(Cells[] inputs, Cells[] outputs) {
    RecurrentKernels.read(inputs[1], 0, weight, weight.length);
    int places = problem.steps * problem.batch;
    RecurrentKernels.read(inputs[0], 0, sequence, places * problem.weights.input());
    for (int layer = 0; layer < problem.layers; layer++) {
      for (int direction = 0; direction < problem.directions; direction++) {
        for (int sample = 0; sample < problem.batch; sample++) {
          runSample(layer, direction, sample, inputs, outputs);
        }
      }
      double[] written = next;
      next = sequence;
      sequence = written;
    }
    int width = problem.directions * problem.hidden;
    RecurrentKernels.write(sequence, outputs[0], 0, places * width);
  }

  private void runSample(int layer, int direction, int sample, Cells[] inputs, Cells[] outputs) {
    int hidden = problem.hidden;
    int start = problem.state(layer, direction, sample);
    for (int s = 0; s < states.length; s++) {
      RecurrentKernels.read(inputs[2 + s], start, states[s], hidden);
    }
    int row = layer * problem.directions + direction;
    int in = problem.weights.in(layer);
    for (int step = 0; step < problem.steps; step++) {
      int place = problem.place(direction, step);
      int position = place * problem.batch + sample;
      affine(problem.weightIh[row], problem.biasIh[row], sequence, position * in, in, input);
      affine(problem.weightHh[row], problem.biasHh[row], states[0], 0, hidden, recurrent);
      problem.cell.step(input, recurrent, states, gates);
      int width = problem.directions * hidden;
      System.arraycopy(states[0], 0, next, position * width + direction * hidden, hidden);
      save(layer, direction, place, sample, outputs);
    }
    for (int s = 0; s < states.length; s++) {
      RecurrentKernels.write(states[s], outputs[1 + s], start, hidden);
    }
  }

  private void affine(int matrix, int bias, double[] x, int start, int length, double[] result) {
    for (int row = 0; row < result.length; row++) {
      double sum = weight[bias + row];
      int first = matrix + row * length;
      for (int k = 0; k < length; k++) {
        sum += weight[first + k] * x[start + k];
      }
      result[row] = sum;
    }
  }

  private void save(int layer, int direction, int place, int sample, Cells[] outputs) {
    int output = 1 + states.length;
    if (gates.length > 0) {
      int start = problem.saved(layer, direction, place, sample, gates.length);
      RecurrentKernels.write(gates, outputs[output++], start, gates.length);
    }
    int start = problem.saved(layer, direction, place, sample, problem.hidden);
    for (double[] state : states) {
      RecurrentKernels.write(state, outputs[output++], start, problem.hidden);
    }
  }
}
